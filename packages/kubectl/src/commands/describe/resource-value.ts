import type { Container, ResourceFieldSelector } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';

/** `limits.cpu` of a container in units of the divisor, rounded up; 0 when it is not set, empty for other resources. */
export function resourceValue({ resource, divisor }: ResourceFieldSelector, { resources }: Container): string {
  const dot = resource.indexOf('.');
  const name = resource.slice(dot + 1);
  const list = resource.startsWith('limits.') ? resources?.limits : resources?.requests;
  if (!['cpu', 'memory', 'ephemeral-storage'].includes(name) && !name.startsWith('hugepages-')) return '';
  const amount = parseQuantity(list?.[name] ?? '0');
  const unit = parseQuantity(divisor && !parseQuantity(divisor).isZero() ? divisor : '1');
  return name === 'cpu'
    ? String(Math.ceil(amount.milliValue() / unit.milliValue()))
    : String(Math.ceil(amount.value() / unit.value()));
}
