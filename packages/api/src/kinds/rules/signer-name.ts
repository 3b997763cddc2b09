import {
  DNS1123_LABEL_MAX_LENGTH,
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  type FieldError,
  goQuote,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  longerThan,
  required,
  tooLong,
} from '@tabernetes/apimachinery';

const MAX_DOMAIN = DNS1123_SUBDOMAIN_MAX_LENGTH;
const MAX_PATH = DNS1123_SUBDOMAIN_MAX_LENGTH + DNS1123_LABEL_MAX_LENGTH + 1;

/**
 * Appends what is wrong with the name of a signer: `example.com/my-signer`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/names.go ValidateSignerName
 */
export function validateSignerName(errors: FieldError[], at: string, name: string): void {
  if (name === '') {
    errors.push(required(at));
    return;
  }
  const [domain = '', path = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    const detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    errors.push(invalid(at, name, detail));
    return;
  }
  if (longerThan(domain, MAX_DOMAIN)) errors.push(tooLong(at, '', MAX_DOMAIN));
  const labels = domain.split('.');
  labelErrors(errors, at, domain, labels, isDns1123Label);
  if (labels.length < 2) {
    errors.push(invalid(at, domain, 'should be a domain with at least two segments separated by dots'));
  }
  labelErrors(errors, at, path, path.split('.'), isDns1123Subdomain);
  const max = MAX_DOMAIN + MAX_PATH + 1;
  if (longerThan(name, max)) errors.push(tooLong(at, '', max));
}

/** Of the first bad label alone. */
function labelErrors(
  errors: FieldError[],
  at: string,
  value: string,
  labels: readonly string[],
  problemsOf: (label: string) => readonly string[],
): void {
  for (const label of labels) {
    const problems = problemsOf(label);
    for (const problem of problems) errors.push(invalid(at, value, `validating label ${goQuote(label)}: ${problem}`));
    if (problems.length > 0) return;
  }
}
