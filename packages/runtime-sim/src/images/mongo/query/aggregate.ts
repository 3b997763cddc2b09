import type { Json } from '../literal.ts';
import type { Document } from '../store.ts';
import { evaluate } from './expression.ts';
import { matches } from './match.ts';
import { at, isDocument, isList, order, QueryError, withAt, withOnce } from './values.ts';

/** Takes documents through the stages of a pipeline. @throws {QueryError} for stages that are not known */
export function aggregate(documents: readonly Document[], pipeline: readonly Json[]): readonly Document[] {
  let found = documents;
  for (const stage of pipeline) {
    const [name, ...more] = isDocument(stage) ? Object.keys(stage) : [];
    if (name === undefined || more.length > 0)
      throw new QueryError('Location40323', 'A pipeline stage specification object must contain exactly one field.');
    found = apply(name, (stage as Document)[name] ?? null, found);
  }
  return found;
}

function apply(name: string, operand: Json, documents: readonly Document[]): readonly Document[] {
  switch (name) {
    case '$match':
      return documents.filter((each) => matches(each, isDocument(operand) ? operand : {}));
    case '$sort':
      return sorted(documents, operand);
    case '$limit':
      return documents.slice(0, Number(operand));
    case '$skip':
      return documents.slice(Number(operand));
    case '$count':
      return documents.length === 0 ? [] : [{ [String(operand)]: documents.length }];
    case '$group':
      return group(documents, isDocument(operand) ? operand : {});
    case '$project':
      return documents.map((each) => project(each, operand));
    case '$set':
    case '$addFields':
      return documents.map((each) =>
        Object.entries(isDocument(operand) ? operand : {}).reduce(
          (made, [path, expression]) => withAt(made, path, evaluate(expression, each)),
          each,
        ),
      );
    case '$unset':
      return documents.map((each) =>
        (isList(operand) ? operand : [operand]).reduce<Document>(
          (made, path) => withAt(made, String(path), undefined),
          each,
        ),
      );
    case '$unwind': {
      const path = String(isDocument(operand) ? operand['path'] : operand).replace(/^\$/, '');
      return documents.flatMap((each) => {
        const list = at(each, path);
        if (list === undefined || list === null) return [];
        return isList(list) ? list.map((one) => withAt(each, path, one)) : [each];
      });
    }
    default:
      throw new QueryError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
  }
}

/** By the fields that `{field: 1 or -1}` names. */
export function sorted(documents: readonly Document[], by: Json | undefined): readonly Document[] {
  const fields = Object.entries(isDocument(by) ? by : {});
  return fields.length === 0
    ? documents
    : [...documents].sort((a, b) => {
        for (const [path, direction] of fields) {
          const difference = order(at(a, path), at(b, path)) * Number(direction);
          if (difference !== 0) return difference;
        }
        return 0;
      });
}

/** What a projection leaves: fields that it names, or all but those. */
export function project(document: Document, projection: Json | undefined): Document {
  const fields = Object.entries(isDocument(projection) ? projection : {});
  if (fields.length === 0) return document;
  const takesAway = fields.every(
    ([path, given]) => given === 0 || given === false || (path === '_id' && fields.length > 1),
  );
  if (takesAway)
    return fields.reduce(
      (made, [path, given]) => (given === 0 || given === false ? withAt(made, path, undefined) : made),
      document,
    );
  const dropsId = fields.some(([path, given]) => path === '_id' && (given === 0 || given === false));
  const start: Document = dropsId || document['_id'] === undefined ? {} : { _id: document['_id'] };
  return fields.reduce((made, [path, given]) => {
    if (path === '_id') return made;
    return withAt(made, path, given === 1 || given === true ? at(document, path) : evaluate(given, document));
  }, start);
}

function group(documents: readonly Document[], { _id, ...fields }: Document): readonly Document[] {
  if (_id === undefined) throw new QueryError('Location15955', 'a group specification must include an _id');
  const groups = new Map<string, { readonly key: Json; readonly members: Document[] }>();
  for (const document of documents) {
    const key = evaluate(_id, document) ?? null;
    const name = JSON.stringify(key);
    const known = groups.get(name) ?? { key, members: [] };
    known.members.push(document);
    groups.set(name, known);
  }
  return [...groups.values()].map(({ key, members }) => {
    const made: Record<string, Json> = { _id: key };
    for (const [field, accumulator] of Object.entries(fields)) {
      const [operator = '', operand = null] = isDocument(accumulator) ? (Object.entries(accumulator)[0] ?? []) : [];
      made[field] = accumulate(
        operator,
        members.map((each) => evaluate(operand, each)),
      );
    }
    return made;
  });
}

function accumulate(operator: string, values: readonly (Json | undefined)[]): Json {
  const numbers = values.filter((each) => typeof each === 'number');
  const present = values.filter((each) => each !== undefined && each !== null);
  switch (operator) {
    case '$sum':
      return numbers.reduce((sum, each) => sum + each, 0);
    case '$avg':
      return numbers.length === 0 ? null : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    case '$min':
    case '$max':
      return present.reduce<Json>((best, each) => {
        const difference = best === null ? -1 : order(each, best) * (operator === '$min' ? 1 : -1);
        return difference < 0 ? (each ?? null) : best;
      }, null);
    case '$first':
      return values[0] ?? null;
    case '$last':
      return values.at(-1) ?? null;
    case '$push':
      return values.flatMap((each) => (each === undefined ? [] : [each]));
    case '$addToSet':
      return withOnce([], present);
    case '$count':
      return values.length;
    default:
      throw new QueryError('Location15952', `unknown group operator '${operator}'`);
  }
}
