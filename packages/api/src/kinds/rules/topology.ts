import { duplicate, type FieldError, required, validateLabelName } from '@tabernetes/apimachinery';
import type { TopologySelectorTerm } from '../../generated/core-v1.ts';

/**
 * Where volumes may be made: terms of labels with their values, no two the same.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/storage/validation/validation.go validateAllowedTopologies
 */
export function validateTopologyTerms(errors: FieldError[], terms: readonly TopologySelectorTerm[], at: string): void {
  // Upstream's list of terms seen begins with as many empty ones as there are terms, and every equal one is told of.
  const seen: string[] = terms.map(() => EMPTY);
  terms.forEach((term, index) => {
    const path = `${at}[${index}].matchLabelExpressions`;
    const values = termValues(errors, term, path);
    for (const other of seen) if (other === values) errors.push(duplicate(path, ''));
    seen.push(values);
  });
}

const EMPTY = '[]';

/** The term's keys and their values, as a text that is the same for the same term. */
function termValues(errors: FieldError[], { matchLabelExpressions = [] }: TopologySelectorTerm, path: string): string {
  const byKey = new Map<string, readonly string[]>();
  matchLabelExpressions.forEach(({ key = '', values = [] }, index) => {
    const at = `${path}[${index}]`;
    if (values.length === 0) errors.push(required(`${at}.values`));
    values.forEach((value, position) => {
      if (values.indexOf(value) < position) errors.push(duplicate(`${at}.values[${position}]`, value));
    });
    errors.push(...validateLabelName(key, `${at}.key`));
    if (byKey.has(key)) errors.push(duplicate(`${at}.key`, key));
    byKey.set(key, [...new Set(values)].sort());
  });
  return JSON.stringify([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)));
}
