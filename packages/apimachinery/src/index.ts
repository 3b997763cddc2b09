export * from './field-error.ts';
export * from './generated/meta-v1.ts';
export * from './object.ts';
export * from './schema.ts';
export * from './status.ts';
export * from './transport.ts';
export * from './quantity.ts';
export { QuantityProblem } from './quantity-parse.ts';
export type { QuantityFormat } from './quantity-suffix.ts';
