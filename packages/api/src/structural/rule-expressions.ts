import { type FieldError, invalid } from '@tabernetes/apimachinery';
import { dumpGo } from '../go-layout.ts';
import { celCompileProblem, celError, celLiteralType, celTokens } from '../kinds/rules/cel.ts';
import type { CelToken } from '../kinds/rules/cel-scan.ts';
import { isEmbedded, type JsonSchema, propertyOf } from './json-schema.ts';

/**
 * What can be said of the expressions of a schema without a compiler: their grammar, fields of `self` that do not
 * exist, the types of literals, and whether they look at the old value where there is none to tell.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go
 */
export function expressionErrors(
  schema: JsonSchema,
  path: string,
  place: { readonly root: boolean; readonly uncorrelated?: string | undefined },
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${i}]`;
    const refuse = (field: string, detail: string): void => {
      errors.push(invalid(`${at}.${field}`, dumpGo('apiextensions.ValidationRule', rule), detail));
    };
    // An old value that may be absent has fields only once somebody has looked.
    const optional = rule.optionalOldSelf === true;
    const problem = problemOf(rule.rule, schema, place.root, optional);
    const { messageExpression = '' } = rule;
    if (problem !== undefined) refuse('rule', `compilation failed: ${problem}`);
    else if (!fits(rule.rule, 'bool')) refuse('rule', 'cel expression must evaluate to a bool');
    else if (messageExpression !== '') {
      const message = problemOf(messageExpression, schema, place.root, optional);
      if (message !== undefined) refuse('messageExpression', `messageExpression compilation failed: ${message}`);
      else if (!fits(messageExpression, 'string')) {
        refuse('messageExpression', 'messageExpression must evaluate to a string');
      }
    }
    if (problem === undefined && usesOldSelf(rule.rule)) {
      if (place.uncorrelated !== undefined) {
        const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelated}`;
        errors.push(invalid(`${at}.rule`, rule.rule, detail));
      }
    } else if (rule.optionalOldSelf !== undefined) {
      const detail = 'may not be set if oldSelf is not used in rule';
      errors.push(invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, detail));
    }
  }
  return errors;
}

const fits = (expression: string, wanted: 'bool' | 'string'): boolean =>
  (celLiteralType(expression) ?? wanted) === wanted;

const problemOf = (expression: string, schema: JsonSchema, root: boolean, optional: boolean): string | undefined =>
  celCompileProblem(expression) ?? undefinedFields(expression, schema, root, optional);

/** Fields that are read of `self` and are not in its schema. */
function undefinedFields(expression: string, schema: JsonSchema, root: boolean, optional: boolean): string | undefined {
  const tokens = celTokens(expression) ?? [];
  const texts: string[] = [];
  for (const [i, token] of tokens.entries()) {
    if (!isName(token, 'self') && (optional || !isName(token, 'oldSelf'))) continue;
    if (tokens[i - 1]?.text === '.') continue;
    // `has(self.x)` stands elsewhere in the text than where the compiler looks.
    if (tokens[i - 1]?.text === '(' && tokens[i - 2]?.text === 'has') continue;
    const missing = firstMissing(tokens, i + 1, schema, root);
    if (missing) texts.push(celError(expression, missing.at, `undefined field '${missing.name}'`));
  }
  return texts.length > 0 ? texts.join('\n') : undefined;
}

function firstMissing(
  tokens: readonly CelToken[],
  from: number,
  schema: JsonSchema,
  root: boolean,
): { readonly at: number; readonly name: string } | undefined {
  let at = schema;
  let whole = root;
  for (let i = from; ; i += 2) {
    const [dot, name, next] = [tokens[i], tokens[i + 1], tokens[i + 2]];
    if (dot?.text !== '.' || name?.kind !== 'identifier' || next?.text === '(') return undefined;
    if (at.type !== 'object' || at.additionalProperties || at['x-kubernetes-int-or-string']) return undefined;
    if ((whole || isEmbedded(at)) && META.has(name.text)) return undefined;
    const property = propertyOf(at, name.text);
    // Names that are no identifiers are written with underscores; those that have no type cannot be read.
    if (property === undefined && !name.text.includes('__')) return { at: dot.at, name: name.text };
    if (property === undefined) return undefined;
    at = property;
    whole = false;
  }
}

const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

const usesOldSelf = (expression: string): boolean =>
  (celTokens(expression) ?? []).some((token, i, tokens) => isName(token, 'oldSelf') && tokens[i - 1]?.text !== '.');

const isName = (token: CelToken, name: string): boolean => token.kind === 'identifier' && token.text === name;
