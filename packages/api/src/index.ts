export * from './kind.ts';
export * from './schema/schemas.ts';
