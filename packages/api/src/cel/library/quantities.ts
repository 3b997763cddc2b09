import { parseQuantity, type QuantityAmount, QuantityProblem, quantityOf } from '@tabernetes/apimachinery';
import { declare, type Library } from '../declarations.ts';
import { CelError, type CelValue, Opaque } from '../values.ts';

/** A value of type `kubernetes.Quantity`. */
class QuantityValue extends Opaque {
  readonly typeName = 'kubernetes.Quantity';
  readonly amount: QuantityAmount;
  constructor(amount: QuantityAmount) {
    super();
    this.amount = amount;
  }
  equals(other: QuantityValue): boolean {
    return this.amount.compare(other.amount) === 0;
  }
}

function read(text: CelValue): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(text as string));
  } catch (error) {
    if (error instanceof QuantityProblem) throw new CelError(error.message);
    throw error;
  }
}

function isQuantity(text: CelValue): boolean {
  try {
    read(text);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

const amount = (value: CelValue): QuantityAmount => (value as QuantityValue).amount;
const MAX_INT = 2n ** 63n - 1n;

/** Undefined: not a whole number, or too great a one. */
function whole(value: CelValue): bigint | undefined {
  const { mantissa, exponent, wide } = amount(value);
  // What upstream does not hold in an int64 it does not turn into one: `1.5Gi`.
  if (wide) return undefined;
  if (exponent > 19) return Number(mantissa) === 0 ? 0n : undefined;
  const big = BigInt(mantissa);
  const power = 10n ** BigInt(Math.min(Math.abs(exponent), 100));
  if (exponent < 0 && big % power !== 0n) return undefined;
  const result = exponent < 0 ? big / power : big * power;
  return result > MAX_INT || result < -MAX_INT - 1n ? undefined : result;
}

function asInteger(value: CelValue): bigint {
  const found = whole(value);
  if (found === undefined) throw new CelError('cannot convert value to integer');
  return found;
}

const approximate = (value: CelValue): number => Number(`${amount(value).mantissa}e${amount(value).exponent}`);

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/quantity.go */
export const QUANTITIES: Library = [
  declare('quantity', ['string_to_quantity', '(string) quantity', read]),
  declare('isQuantity', ['is_quantity_string', '(string) bool', isQuantity]),
  declare('sign', ['quantity_sign', '(quantity) int', (value) => BigInt(amount(value).sign())]),
  declare('isGreaterThan', [
    'quantity_is_greater_than',
    '.(quantity, quantity) bool',
    (a, b) => amount(a).compare(amount(b)) > 0,
  ]),
  declare('isLessThan', [
    'quantity_is_less_than',
    '.(quantity, quantity) bool',
    (a, b) => amount(a).compare(amount(b)) < 0,
  ]),
  declare('compareTo', [
    'quantity_compare_to',
    '.(quantity, quantity) int',
    (a, b) => BigInt(amount(a).compare(amount(b))),
  ]),
  declare('asApproximateFloat', ['quantity_get_float', '.(quantity) double', approximate]),
  declare('asInteger', ['quantity_get_int', '.(quantity) int', asInteger]),
  declare('isInteger', ['quantity_is_integer', '.(quantity) bool', (value) => whole(value) !== undefined]),
  declare(
    'add',
    ['quantity_add', '.(quantity, quantity) quantity', (a, b) => new QuantityValue(amount(a).add(amount(b)))],
    [
      'quantity_add_int',
      '.(quantity, int) quantity',
      (a, b) => new QuantityValue(amount(a).add(quantityOf(b as bigint))),
    ],
  ),
  declare(
    'sub',
    ['quantity_sub', '.(quantity, quantity) quantity', (a, b) => new QuantityValue(amount(a).sub(amount(b)))],
    [
      'quantity_sub_int',
      '.(quantity, int) quantity',
      (a, b) => new QuantityValue(amount(a).sub(quantityOf(b as bigint))),
    ],
  ),
];
