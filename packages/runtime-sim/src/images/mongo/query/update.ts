import type { Json } from '../literal.ts';
import type { Document } from '../store.ts';
import { meets } from './match.ts';
import { at, isDocument, isList, order, QueryError, withAt, withOnce } from './values.ts';

/**
 * What an update makes of a document: operators change it, a document without operators takes its place.
 *
 * @param inserts true where there was none (upsert)
 * @throws {QueryError}
 */
export function updated(document: Document, update: Document, inserts = false): Document {
  const operators = Object.entries(update).filter(([key]) => key.startsWith('$'));
  if (operators.length === 0) {
    const { _id = document['_id'] ?? null, ...rest } = update;
    return { _id, ...rest };
  }
  let made = document;
  for (const [operator, fields] of operators) {
    if (operator === '$setOnInsert' && !inserts) continue;
    if (!isDocument(fields))
      throw new QueryError('FailedToParse', `Modifiers operate on fields but we found another type`);
    for (const [path, operand] of Object.entries(fields))
      made = withAt(made, path, changed(operator, at(made, path), operand));
    if (operator === '$rename')
      for (const [path, target] of Object.entries(fields)) made = withAt(made, String(target), at(document, path));
  }
  return made;
}

function changed(operator: string, value: Json | undefined, operand: Json): Json | undefined {
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return operand;
    case '$unset':
    case '$rename':
      return undefined;
    case '$inc':
    case '$mul': {
      if (typeof operand !== 'number')
        throw new QueryError(
          'TypeMismatch',
          `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument`,
        );
      if (value !== undefined && typeof value !== 'number')
        throw new QueryError('TypeMismatch', `Cannot apply ${operator} to a value of non-numeric type.`);
      return operator === '$inc' ? (value ?? 0) + operand : (value ?? 0) * operand;
    }
    case '$min':
      return value === undefined || order(operand, value) < 0 ? operand : value;
    case '$max':
      return value === undefined || order(operand, value) > 0 ? operand : value;
    case '$push':
    case '$addToSet': {
      const list = isList(value) ? value : [];
      const each = isDocument(operand) && isList(operand['$each']) ? operand['$each'] : [operand];
      if (operator === '$push') return [...list, ...each];
      return withOnce(list, each);
    }
    case '$pull':
      return isList(value) ? value.filter((each) => !meets(each, operand)) : value;
    default:
      throw new QueryError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
  }
}
