import { declare, type Library } from '../declarations.ts';
import { NOT_FALSE } from '../macros.ts';
import { OPTIONAL_INDEX } from './optionals.ts';

/** What the evaluator does itself, because it does not look at all operands or knows better where they are. */
export const LANGUAGE: Library = [
  declare('_?_:_', ['conditional', '(bool, A, A) A']),
  declare('_&&_', ['logical_and', '(bool, bool) bool']),
  declare('_||_', ['logical_or', '(bool, bool) bool']),
  declare('!_', ['logical_not', '(bool) bool', (value) => value !== true]),
  declare(NOT_FALSE, ['not_strictly_false', '(bool) bool']),
  declare('_[_]', ['index_list', '(list(A), int) A'], ['index_map', '(map(A, B), A) B'], ...OPTIONAL_INDEX),
];
