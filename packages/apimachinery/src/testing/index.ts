export * from './gadget.ts';
export * from './schema-builder.ts';
