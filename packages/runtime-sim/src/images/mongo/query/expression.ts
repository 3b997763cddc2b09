import type { Json } from '../literal.ts';
import type { Document } from '../store.ts';
import { at, dateOf, equal, isDocument, isList, order, QueryError, timeOf } from './values.ts';

/** What an expression of an aggregation gives for a document. @throws {QueryError} for operators that are not known */
export function evaluate(expression: Json, document: Document): Json | undefined {
  if (typeof expression === 'string') {
    if (expression === '$$ROOT' || expression === '$$CURRENT') return document;
    if (expression.startsWith('$$'))
      throw new QueryError('Location17276', `Use of undefined variable: ${expression.slice(2)}`);
    return expression.startsWith('$') ? at(document, expression.slice(1)) : expression;
  }
  if (isList(expression)) return expression.map((each) => evaluate(each, document) ?? null);
  if (!isDocument(expression) || timeOf(expression) !== undefined || '$oid' in expression) return expression;
  const [first] = Object.entries(expression);
  if (first?.[0].startsWith('$') === true) return operate(first[0], first[1], document);
  const made: Record<string, Json> = {};
  for (const [key, value] of Object.entries(expression)) {
    const given = evaluate(value, document);
    if (given !== undefined) made[key] = given;
  }
  return made;
}

const isTrue = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0;

function operate(operator: string, operand: Json, document: Document): Json | undefined {
  if (operator === '$literal') return operand;
  if (operator === '$cond') {
    const [test, yes, no] = isList(operand)
      ? operand
      : isDocument(operand)
        ? [operand['if'], operand['then'], operand['else']]
        : [];
    return evaluate((isTrue(evaluate(test ?? null, document)) ? yes : no) ?? null, document);
  }
  if (operator === '$dateToString' || operator === '$dateFromString') return dates(operator, operand, document);
  const given = isList(operand) ? operand.map((each) => evaluate(each, document)) : [evaluate(operand, document)];
  const [a, b] = given;
  const arithmetic = ARITHMETIC[operator];
  if (arithmetic !== undefined)
    return given.some((each) => each === undefined || each === null) ? null : arithmetic(given);
  const comparison = COMPARISONS[operator];
  if (comparison !== undefined) return comparison(order(a, b));
  switch (operator) {
    case '$and':
      return given.every(isTrue);
    case '$or':
      return given.some(isTrue);
    case '$not':
      return !isTrue(a);
    case '$ifNull':
      return given.find((each) => each !== undefined && each !== null) ?? given.at(-1);
    case '$in':
      return isList(b) && b.some((each) => equal(each, a));
    case '$size':
      if (!isList(a)) throw new QueryError('Location17124', 'The argument to $size must be an array');
      return a.length;
    case '$concat':
      return given.every((each) => typeof each === 'string') ? given.join('') : null;
    case '$toUpper':
      return String(a ?? '').toUpperCase();
    case '$toLower':
      return String(a ?? '').toLowerCase();
    case '$toString':
      return a === undefined || a === null
        ? null
        : timeOf(a) === undefined
          ? String(a)
          : new Date(timeOf(a) ?? 0).toISOString();
    case '$sum':
      return (isList(a) ? a : given).reduce<number>((sum, each) => sum + (typeof each === 'number' ? each : 0), 0);
    default:
      break;
  }
  const part = PARTS[operator];
  if (part === undefined) throw new QueryError('InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
  const timeMs = timeOf(a);
  return timeMs === undefined ? null : part(new Date(timeMs));
}

type Values = readonly (Json | undefined)[];

/** Of a date and a number too: milliseconds. */
const ARITHMETIC: Readonly<Record<string, (values: Values) => Json>> = {
  $add: (values) => {
    const sum = values.reduce<number>((total, each) => total + (timeOf(each) ?? Number(each)), 0);
    return values.some((each) => timeOf(each) !== undefined) ? dateOf(sum) : sum;
  },
  $subtract: ([a, b]) => {
    const [left, right] = [timeOf(a), timeOf(b)];
    if (left !== undefined) return right === undefined ? dateOf(left - Number(b)) : left - right;
    return Number(a) - Number(b);
  },
  $multiply: (values) => values.reduce<number>((product, each) => product * Number(each), 1),
  $divide: ([a, b]) => {
    if (Number(b) === 0) throw new QueryError('BadValue', "can't $divide by zero");
    return Number(a) / Number(b);
  },
  $mod: ([a, b]) => Number(a) % Number(b),
  $floor: ([a]) => Math.floor(Number(a)),
  $ceil: ([a]) => Math.ceil(Number(a)),
  $abs: ([a]) => Math.abs(Number(a)),
};

const COMPARISONS: Readonly<Record<string, (difference: number) => Json>> = {
  $eq: (difference) => difference === 0,
  $ne: (difference) => difference !== 0,
  $gt: (difference) => difference > 0,
  $gte: (difference) => difference >= 0,
  $lt: (difference) => difference < 0,
  $lte: (difference) => difference <= 0,
  $cmp: (difference) => Math.sign(difference),
};

const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  $year: (date) => date.getUTCFullYear(),
  $month: (date) => date.getUTCMonth() + 1,
  $dayOfMonth: (date) => date.getUTCDate(),
  $dayOfWeek: (date) => date.getUTCDay() + 1,
  $hour: (date) => date.getUTCHours(),
  $minute: (date) => date.getUTCMinutes(),
  $second: (date) => date.getUTCSeconds(),
};

function dates(operator: string, operand: Json, document: Document): Json {
  const given = isDocument(operand) ? operand : {};
  const format = given['format'];
  if (operator === '$dateFromString') {
    const text = evaluate(given['dateString'] ?? null, document);
    if (format !== undefined)
      throw new QueryError('ConversionFailure', 'the simulated server reads dates in ISO format alone');
    if (text === undefined || text === null) return null;
    const timeMs = Date.parse(String(text));
    if (Number.isNaN(timeMs)) throw new QueryError('ConversionFailure', `Error parsing date string '${String(text)}'`);
    return dateOf(timeMs);
  }
  const timeMs = timeOf(evaluate(given['date'] ?? null, document));
  if (timeMs === undefined) return null;
  const iso = new Date(timeMs).toISOString();
  const fields: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    L: iso.slice(20, 23),
    z: '+0000',
    '%': '%',
  };
  return String(format ?? '%Y-%m-%dT%H:%M:%S.%LZ').replace(/%(.)/g, (whole, letter: string) => {
    const field = fields[letter];
    if (field === undefined)
      throw new QueryError('Location18536', `Invalid format character '${whole}' in format string`);
    return field;
  });
}
