export * from './browser-sandbox.ts';
export * from './sandbox-over.ts';
