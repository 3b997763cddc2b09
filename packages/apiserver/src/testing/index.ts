export * from './extended-api-server.ts';
export * from './test-api-server.ts';
