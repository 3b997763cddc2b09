export * from './admission.ts';
export { CelCompileError, type CelProgram, compileCel, usesVariable } from './compile.ts';
export { type Activation, CelFailure, type Evaluated, evaluateCel } from './evaluate.ts';
export { fromJson } from './json-values.ts';
export { type Authorize, AuthorizerValue, ResourceCheck } from './library/authorization.ts';
export * from './types.ts';
export { CelError, type CelValue, LazyObject } from './values.ts';
