import { isList, isMap } from '../patch/json-tree.ts';
import { canonicalQuantity, quantityFromJson } from '../quantity.ts';
import { QuantityProblem } from '../quantity-parse.ts';
import type { ScalarSchema } from '../schema.ts';
import { Base64Problem, canonicalBase64, encodeBase64 } from './base64.ts';
import { canonicalTime, RFC3339, RFC3339_MICRO, TimeProblem } from './go-time.ts';
import { Mismatch } from './mismatch.ts';
import type { NumberTexts } from './number-texts.ts';

/**
 * A scalar as drafts hold it: times, quantities and base64 in canonical form. Undefined: the value is Go's zero value
 * of a type that prints it as null. `key` is where `parent` holds the value.
 */
export function decodeScalar(
  schema: ScalarSchema,
  raw: unknown,
  numbers: NumberTexts | undefined,
  parent: object,
  key: string | number,
): unknown {
  switch (schema.kind) {
    case 'int32':
      return integer(raw, schema.goType, MAX_INT32, numbers?.get(parent)?.get(key));
    case 'int64':
      return integer(raw, schema.goType, Number.MAX_SAFE_INTEGER, numbers?.get(parent)?.get(key));
    case 'float64':
      return float(raw, schema.goType, numbers?.get(parent)?.get(key));
    case 'intOrString':
      if (typeof raw === 'string') return raw;
      return integer(raw, 'int32', MAX_INT32, numbers?.get(parent)?.get(key), true);
    case 'quantity':
      return quantity(raw, numbers?.get(parent)?.get(key));
    case 'time':
      return time(raw, RFC3339);
    case 'microTime':
      return time(raw, RFC3339_MICRO);
    case 'bytes':
      return bytes(raw, schema.goType);
    case 'any':
    case 'fieldsV1':
      return (numbers !== undefined && inexact(raw, numbers, parent, key)) || raw;
    default:
      return typeof raw === 'string' ? raw : Mismatch.ofType(raw, 'string');
  }
}

const MAX_INT32 = 2 ** 31 - 1;

/** Integers beyond 2^53 are refused although Go holds 64 bits of them: better no object than one with other digits. */
function integer(raw: unknown, goType: string, max: number, text: string | undefined, ends = false): unknown {
  if (typeof raw !== 'number') return Mismatch.ofType(raw, goType, ends);
  if (Number.isInteger(raw) && raw <= max && raw >= (max === MAX_INT32 ? -max - 1 : -max)) {
    if (text === undefined || /^-?\d+$/.test(text)) return raw + 0;
  }
  return new Mismatch(`number ${text ?? raw}`, goType, ends);
}

function float(raw: unknown, goType: string, text: string | undefined): unknown {
  if (typeof raw !== 'number') return Mismatch.ofType(raw, goType);
  return Number.isFinite(raw) ? raw : new Mismatch(`number ${text ?? raw}`, goType);
}

function quantity(raw: unknown, text: string | undefined): unknown {
  try {
    return text === undefined ? quantityFromJson(raw) : canonicalQuantity(text);
  } catch (problem) {
    if (problem instanceof QuantityProblem) return new Mismatch(problem.message);
    throw problem;
  }
}

function time(raw: unknown, layout: typeof RFC3339 | typeof RFC3339_MICRO): unknown {
  if (typeof raw !== 'string') return Mismatch.ofType(raw, 'string', true);
  try {
    return canonicalTime(raw, layout) ?? undefined;
  } catch (problem) {
    if (problem instanceof TimeProblem) return new Mismatch(problem.message);
    throw problem;
  }
}

/** Base64, or a list of numbers, which Go takes as well. */
function bytes(raw: unknown, goType: string): unknown {
  if (isList(raw)) {
    const wrong = raw.find(
      (byte) => byte !== null && !(Number.isInteger(byte) && Number(byte) >= 0 && Number(byte) < 256),
    );
    if (wrong === undefined) return encodeBase64(Uint8Array.from(raw, Number));
    return typeof wrong === 'number' ? new Mismatch(`number ${wrong}`, 'uint8') : Mismatch.ofType(wrong, 'uint8');
  }
  if (typeof raw !== 'string') return Mismatch.ofType(raw, goType);
  try {
    return canonicalBase64(raw);
  } catch (problem) {
    if (problem instanceof Base64Problem) return new Mismatch(problem.message, undefined, false);
    throw problem;
  }
}

/** The first number of an untyped value that a JavaScript number cannot hold as Go would. */
function inexact(raw: unknown, numbers: NumberTexts, parent: object, key: string | number): Mismatch | undefined {
  if (typeof raw === 'number') {
    const text = numbers.get(parent)?.get(key);
    if (text === undefined) return undefined;
    if (!Number.isFinite(raw)) return new Mismatch(`number ${text}`, 'float64');
    const integer = /^-?\d+$/.test(text) && Math.abs(raw) < 2 ** 63;
    return integer && BigInt(raw) !== BigInt(text) ? new Mismatch(`number ${text}`, 'int64') : undefined;
  }
  if (isList(raw)) {
    for (let i = 0; i < raw.length; i++) {
      const wrong = inexact(raw[i], numbers, raw, i);
      if (wrong) return wrong;
    }
  } else if (isMap(raw)) {
    for (const name of Object.keys(raw)) {
      const wrong = inexact(raw[name], numbers, raw, name);
      if (wrong) return wrong;
    }
  }
  return undefined;
}
