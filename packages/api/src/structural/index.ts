export { findFirst, type JsonPath, JsonPathProblem, parseJsonPath } from '../kinds/rules/json-path.ts';
export * from './embedded.ts';
export { goRegexp, RegexpProblem } from './go-regexp.ts';
export * from './json-schema.ts';
export * from './list-types.ts';
export * from './prune.ts';
export { escaped, schemaType } from './schema-types.ts';
export { type RuleOptions, validateRules } from './validate-rules.ts';
export { NO_PATH, validateValue } from './validate-value.ts';
