import type { Json } from '../literal.ts';
import type { Document } from '../store.ts';
import { at, equal, isComparable, isDocument, isList, order, QueryError, timeOf } from './values.ts';

/** True of documents that a filter lets through. @throws {QueryError} for operators that are not known */
export function matches(document: Document, filter: Document | undefined): boolean {
  return Object.entries(filter ?? {}).every(([key, wanted]) => {
    switch (key) {
      case '$and':
        return filters(key, wanted).every((each) => matches(document, each));
      case '$or':
        return filters(key, wanted).some((each) => matches(document, each));
      case '$nor':
        return !filters(key, wanted).some((each) => matches(document, each));
      default:
        if (key.startsWith('$')) throw new QueryError('BadValue', `unknown top level operator: ${key}`);
        return meets(at(document, key), wanted);
    }
  });
}

function filters(key: string, value: Json): readonly Document[] {
  if (!isList(value)) throw new QueryError('BadValue', `${key} must be an array`);
  return value.filter(isDocument);
}

/** True of a value that is as wanted: the same, one of a list, or what operators say. @throws {QueryError} */
export function meets(value: Json | undefined, wanted: Json): boolean {
  if (!isDocument(wanted) || timeOf(wanted) !== undefined || '$oid' in wanted) return isSame(value, wanted);
  const operators = Object.entries(wanted).filter(([key]) => key.startsWith('$'));
  return operators.length === 0
    ? isSame(value, wanted)
    : operators.every(([operator, operand]) => holds(operator, value, operand));
}

const isSame = (value: Json | undefined, wanted: Json): boolean =>
  equal(value, wanted) || (isList(value) && value.some((each) => equal(each, wanted)));

function holds(operator: string, value: Json | undefined, operand: Json): boolean {
  switch (operator) {
    case '$eq':
      return isSame(value, operand);
    case '$ne':
      return !isSame(value, operand);
    case '$in':
      return isList(operand) && operand.some((each) => isSame(value, each));
    case '$nin':
      return isList(operand) && !operand.some((each) => isSame(value, each));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return (isList(value) ? value : [value]).some(
        (each) => isComparable(each, operand) && isOrdered(operator, order(each, operand)),
      );
    case '$exists':
      return (value !== undefined) === (operand !== false && operand !== 0);
    case '$size':
      return isList(value) && value.length === operand;
    case '$all':
      return isList(operand) && operand.every((each) => isSame(value, each));
    case '$not':
      return !meets(value, operand);
    case '$elemMatch':
      return (
        isList(value) &&
        isDocument(operand) &&
        value.some((each) => (isDocument(each) ? matches(each, operand) : meets(each, operand)))
      );
    case '$mod':
      return isList(operand) && typeof value === 'number' && value % Number(operand[0]) === operand[1];
    default:
      throw new QueryError('BadValue', `unknown operator: ${operator}`);
  }
}

function isOrdered(operator: string, difference: number): boolean {
  if (operator === '$gt') return difference > 0;
  if (operator === '$gte') return difference >= 0;
  return operator === '$lt' ? difference < 0 : difference <= 0;
}
