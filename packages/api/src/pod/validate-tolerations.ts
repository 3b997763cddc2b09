import { invalid, isQualifiedName, isValidLabelValue, notSupported } from '@tabernetes/apimachinery';
import type { Toleration } from '../generated/core-v1.ts';
import { type Errors, reject } from './rules.ts';

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const OPERATORS = ['Equal', 'Exists'];

/** Which taints a Pod puts up with; RuntimeClasses have them too. */
export function validateTolerations(errors: Errors, tolerations: readonly Toleration[], path: string): void {
  for (let i = 0; i < tolerations.length; i++) {
    const toleration = tolerations[i] as Toleration;
    const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
    if (key !== '') reject(errors, `${path}[${i}].key`, key, isQualifiedName(key));
    else if (operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${path}[${i}].operator`, operator, detail));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalid(`${path}[${i}].effect`, effect, detail));
    }
    if (operator === '' || operator === 'Equal') {
      const problems = isValidLabelValue(value);
      if (problems.length > 0) errors.push(invalid(`${path}[${i}].operator`, value, problems.join(';')));
    } else if (operator === 'Exists') {
      if (value !== '') {
        errors.push(invalid(`${path}[${i}].operator`, value, "value must be empty when `operator` is 'Exists'"));
      }
    } else {
      errors.push(notSupported(`${path}[${i}].operator`, operator, OPERATORS));
    }
    if (effect !== '' && !(TAINT_EFFECTS as readonly string[]).includes(effect)) {
      errors.push(notSupported(`${path}[${i}].effect`, effect, TAINT_EFFECTS));
    }
  }
}
