export * from './kind.ts';
export { builtinKinds } from './kinds/index.ts';
export * as kinds from './kinds/named.ts';
export { ageColumn, createdAtColumn, nameColumn } from './printing/columns.ts';
export * from './schema/schemas.ts';
