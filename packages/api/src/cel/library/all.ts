import type { FunctionDeclaration } from '../declarations.ts';
import { ADDRESSES } from './addresses.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { AUTHORIZATION } from './authorization.ts';
import { COMPARISON } from './comparison.ts';
import { CONVERSIONS } from './conversions.ts';
import { NAMED_FORMATS } from './formats.ts';
import { LANGUAGE } from './language.ts';
import { LISTS } from './lists.ts';
import { OPTIONALS } from './optionals.ts';
import { QUANTITIES } from './quantities.ts';
import { REGEX } from './regex.ts';
import { TEXTS } from './texts.ts';
import { TIMES } from './times.ts';
import { URLS } from './urls.ts';

/**
 * The functions that new expressions may use: those that 1.31 knew too, so that a server can be rolled back.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/environment/base.go
 */
export const FUNCTIONS: ReadonlyMap<string, FunctionDeclaration> = merged([
  LANGUAGE,
  COMPARISON,
  ARITHMETIC,
  CONVERSIONS,
  TEXTS,
  TIMES,
  LISTS,
  OPTIONALS,
  REGEX,
  URLS,
  QUANTITIES,
  ADDRESSES,
  NAMED_FORMATS,
  AUTHORIZATION,
]);

/** Libraries may add forms to functions of others. */
function merged(libraries: readonly (readonly FunctionDeclaration[])[]): ReadonlyMap<string, FunctionDeclaration> {
  const all = new Map<string, FunctionDeclaration>();
  for (const declaration of libraries.flat()) {
    const { name, overloads } = declaration;
    const known = all.get(name);
    all.set(name, known ? { name, overloads: [...known.overloads, ...overloads] } : declaration);
  }
  return all;
}
