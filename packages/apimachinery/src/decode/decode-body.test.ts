import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import yamlCases from '../../testdata/yaml-cases.json' with { type: 'json' };
import { decodeBody } from './decode-body.ts';
import type { MediaType } from './decoded-body.ts';
import { JsonReader, MAX_DEPTH } from './json-reader.ts';
import { isPlainJson } from './json-scan.ts';
import { SyntaxProblem } from './problems.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (text: string) => decodeBody(bytes(text), 'application/json');
const yaml = (text: string) => decodeBody(bytes(text), 'application/yaml');
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (problem) {
    expect(problem).toBeInstanceOf(SyntaxProblem);
    return (problem as Error).message;
  }
  return '';
};

describe('JSON', () => {
  it('BDY-1 refuses with the texts of Go', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['', 'unexpected end of JSON input'],
      ['{not json', "invalid character 'n' looking for beginning of object key string"],
      ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
      ['[1,]', "invalid character ']' looking for beginning of value"],
      ['{"a" 1}', "invalid character '1' after object key"],
      ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
      ['[1 2]', "invalid character '2' after array element"],
      ['{} x', "invalid character 'x' after top-level value"],
      ['"a\nb"', "invalid character '\\n' in string literal"],
      ['"\\x"', "invalid character 'x' in string escape code"],
      ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
      ['-a', "invalid character 'a' in numeric literal"],
      ['01', "invalid character '1' after top-level value"],
      ['1.x', "invalid character 'x' after decimal point in numeric literal"],
      ['1ex', "invalid character 'x' in exponent of numeric literal"],
      ['trux', "invalid character 'x' in literal true (expecting 'e')"],
      ['nul', 'unexpected end of JSON input'],
      ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
      ['\u00e9', "invalid character 'Ã' looking for beginning of value"],
      ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
      ['['.repeat(MAX_DEPTH + 1), "invalid character '[' exceeded max depth"],
    ];
    for (const [text, message] of cases)
      expect(
        messageOf(() => json(text)),
        text,
      ).toBe(message);
  });

  it('BDY-2 finds fields that are set twice, with their paths; the last one counts', () => {
    const body = json('{"metadata":{"labels":{"a":"1","a":"2"}},"items":[{"b":1,"b":2}],"metadata":{"name":"x"}}');
    expect(body.value).toEqual({ metadata: { name: 'x' }, items: [{ b: 2 }] });
    expect(body.duplicateFields).toEqual(['metadata.labels.a', 'items[0].b', 'metadata']);
    expect(json('{"a":"\\"b\\":1,\\"b\\"","b":{"a":":"}}').duplicateFields).toEqual([]);
  });

  it('BDY-3 keeps how numbers were written where their value does not tell', () => {
    const { value, numbers } = json('{"a":9007199254740993,"b":[1,1e3],"c":-0,"d":12}');
    expect(value).toEqual({ a: 9007199254740992, b: [1, 1000], c: -0, d: 12 });
    const holder = value as { b: object };
    expect(numbers?.get(holder)).toEqual(
      new Map([
        ['a', '9007199254740993'],
        ['c', '-0'],
      ]),
    );
    expect(numbers?.get(holder.b)).toEqual(new Map([[1, '1e3']]));
    expect(json('{"d":12,"e":-3}').numbers).toBeUndefined();
  });

  it('BDY-4 reads keys such as __proto__ as members, and half surrogate pairs as replacement characters', () => {
    const { value } = json('{"__proto__":{"a":1},"x":"\\ud800","y":"\\ud83d\\ude00"}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'x', 'y']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value).toMatchObject({ x: '\ufffd', y: '\u{1f600}' });
    expect(decodeBody(new Uint8Array([0x22, 0xff, 0x22]), 'application/json').value).toBe('\ufffd');
  });

  it('BDY-5 reads what JSON.parse reads, by either way', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const expected = JSON.parse(text);
        expect(new JsonReader(text).read()).toEqual(expected);
        expect(json(text).value).toEqual(expected);
        const plain = isPlainJson(text, expected);
        if (plain) expect(new JsonReader(text).duplicateFields).toEqual(new Set());
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('BDY-6 takes time in proportion to the text', () => {
    const twice = `{${'"a":1,'.repeat(50_000)}"a":2}`;
    expect(json(twice).value).toEqual({ a: 2 });
    expect(messageOf(() => json('"'.padEnd(200_000, '\\"')))).toBe('unexpected end of JSON input');
    expect(messageOf(() => json('['.repeat(500_000)))).toContain('exceeded max depth');
  });
});

describe('YAML', () => {
  it('BDY-7 reads YAML 1.1 as Kubernetes does', () => {
    const text = `
yes: on
off: "on"
octal: 010
hex: -0x1F
plus: +5
big: 1_000
float: 1.50
exponent: 1e3
time: 2020-01-01
sexagesimal: 1:20
nothing:
tilde: ~
binary: !!binary aGk=
text: !!str 5
own: !mine 5
1: a
1.5: b
literal: |
  one
    two

  three
folded: >-
  one
  two

  three
quoted: "a\\tb\\
  c
  d"
plain: a
  b
flow: {a: [1, b: c], ? d}
list:
- 1
-
`;
    expect(yaml(text).value).toEqual({
      true: true,
      false: 'on',
      octal: 8,
      hex: -31,
      plus: 5,
      big: 1000,
      float: 1.5,
      exponent: 1000,
      time: '2020-01-01',
      sexagesimal: '1:20',
      nothing: null,
      tilde: null,
      binary: 'hi',
      text: '5',
      own: '5',
      1: 'a',
      1.5: 'b',
      literal: 'one\n  two\n\nthree\n',
      folded: 'one two\nthree',
      quoted: 'a\tbc d',
      plain: 'a b',
      flow: { a: [1, { b: 'c' }], d: null },
      list: [1, null],
    });
    expect(yaml('').value).toBeNull();
    expect(yaml('%YAML 1.1\n---\na: 1\n---\nb: 2\n').value).toEqual({ a: 1 });
    expect(yaml('big: 9007199254740993').numbers?.size).toBe(1);
  });

  it('BDY-8 merges maps and follows aliases', () => {
    expect(yaml('a: &a {x: 1, z: 1}\nb: &b {x: 2}\nc:\n  <<: [*a, *b]\n  z: 3\nd: *b').value).toEqual({
      a: { x: 1, z: 1 },
      b: { x: 2 },
      c: { x: 1, z: 3 },
      d: { x: 2 },
    });
    expect(messageOf(() => yaml('a: *b'))).toBe("yaml: unknown anchor 'b' referenced");
    expect(messageOf(() => yaml('a: &a [*a]'))).toBe("yaml: anchor 'a' value contains itself");
    expect(messageOf(() => yaml('<<: 5'))).toBe('yaml: map merge requires map or sequence of maps as the value');
  });

  it('BDY-9 tells of keys that are set twice, for strict validation', () => {
    const { value, strictErrors, duplicateFields } = yaml('a: 1\nb:\n  c: 1\n  c:\n    d: 2\na: 2\n');
    expect(value).toEqual({ a: 2, b: { c: { d: 2 } } });
    expect(duplicateFields).toEqual(['b.c', 'a']);
    expect(strictErrors).toEqual([
      'yaml: unmarshal errors:\n  line 5: key "c" already set in map\n  line 6: key "a" already set in map',
    ]);
  });

  it('BDY-14 has the keys of YAML in their order, as JSON made of it has them, and digits stay with their keys', () => {
    const { value, numbers } = yaml('kind: A\napiVersion: v1\nb: {z: 1, q: 1.50}\n');
    expect(JSON.stringify(value)).toBe('{"apiVersion":"v1","b":{"q":1.5,"z":1},"kind":"A"}');
    expect(numbers?.get((value as { readonly b: object }).b)).toEqual(yaml('q: 1.50').numbers?.values().next().value);
  });

  it('BDY-10 refuses what Kubernetes refuses, with its words and lines', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['a: 1\nb: c: d', 'yaml: line 2: mapping values are not allowed in this context'],
      ['a: b: c', 'yaml: mapping values are not allowed in this context'],
      ['a:\n  b: 1\n  ....\nc: 1', "yaml: line 4: could not find expected ':'"],
      ['a: 1\n--\nb: 2', "yaml: line 3: could not find expected ':'"],
      ['a:\n\tb: 1', 'yaml: line 2: found character that cannot start any token'],
      ['a: @b', 'yaml: found character that cannot start any token'],
      ['a: 1\nb: `x`', 'yaml: line 2: found character that cannot start any token'],
      ['a: [1, 2', "yaml: line 1: did not find expected ',' or ']'"],
      ['a: {b: 1\nc: 2', "yaml: line 1: did not find expected ',' or '}'"],
      ['a:\n- b\n  c: 1\n d: 2', 'yaml: line 3: mapping values are not allowed in this context'],
      ['a:\n  - b\n c: 1', 'yaml: line 2: did not find expected key'],
      ['- a\nb: 1', "yaml: line 1: did not find expected '-' indicator"],
      ['a: "b', 'yaml: found unexpected end of stream'],
      ['a: 1\nb: "\\q"', 'yaml: line 2: found unknown escape character'],
      ['a: |x\n  b', 'yaml: did not find expected comment or line break'],
      ['a: }', 'yaml: did not find expected node content'],
      ['%FOO\n---\na: 1', 'yaml: found unknown directive name'],
      ['%YAML 1.2\n---\na: 1', 'yaml: found incompatible YAML document'],
      ['a: {{ cell }}', 'yaml: invalid map key: map[interface {}]interface {}{"cell":interface {}(nil)}'],
      ['a: !!int x', 'yaml: cannot decode !!str `x` as a !!int'],
      ['a: .inf', 'json: unsupported value: +Inf'],
      ['a: \u0001', 'yaml: control characters are not allowed'],
    ];
    for (const [text, message] of cases)
      expect(
        messageOf(() => yaml(text)),
        text,
      ).toBe(message);
  });

  it('BDY-10 answers to random texts as the real kubectl did', () => {
    for (const { text, value, error } of yamlCases as readonly { text: string; value?: unknown; error?: string }[]) {
      if (error !== undefined)
        expect(
          messageOf(() => yaml(text)),
          text,
        ).toBe(error);
      else expect(yaml(text).value, text).toEqual(value);
    }
  });

  it('BDY-10 refuses bytes that are no UTF-8', () => {
    const read = (...body: number[]) => messageOf(() => decodeBody(new Uint8Array(body), 'application/yaml'));
    expect(read(0x61, 0xff)).toBe('yaml: invalid leading UTF-8 octet');
    expect(read(0xc3)).toBe('yaml: incomplete UTF-8 octet sequence');
    expect(read(0xc3, 0x41)).toBe('yaml: invalid trailing UTF-8 octet');
    expect(read(0xc0, 0x80)).toBe('yaml: invalid length of a UTF-8 sequence');
    expect(read(0xed, 0xa0, 0x80)).toBe('yaml: invalid Unicode character');
    expect(yaml('\ufeffa: 1\nb: 2').value).toEqual({ a: 1, b: 2 });
  });

  it('BDY-11 refuses documents that grow by their aliases or nest without end', () => {
    let bomb = 'a: &a [x, x, x, x, x, x, x, x, x, x]\n';
    for (const [before, name] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi']) {
      bomb += `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]\n`;
    }
    expect(messageOf(() => yaml(bomb))).toBe('yaml: document contains excessive aliasing');
    expect(messageOf(() => yaml('['.repeat(100_000)))).toContain('exceeded max depth');
    expect(messageOf(() => yaml('- '.repeat(100_000)))).toContain('exceeded max depth');
    expect(messageOf(() => yaml(`a: ${'? '.repeat(100_000)}`))).not.toBe('');
  });

  it('BDY-12 reads JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4, noUnicodeString: true }), (text) => {
        const spaced = JSON.stringify(JSON.parse(text), null, 1);
        expect(yaml(spaced).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});

describe('decodeBody', () => {
  it('BDY-13 throws nothing but SyntaxProblem, whatever the bytes', () => {
    const media: readonly MediaType[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
    const pieces = fc.constantFrom(
      'a',
      ': ',
      ':',
      '\n',
      '\n  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '"',
      "'",
      '&x ',
      '*x',
      '!!int ',
      '|',
      '>',
      '#',
      '? ',
      '\t',
      '<<: ',
      '---\n',
      '...\n',
      '1',
      '\\',
      '%',
    );
    const text = fc.array(pieces, { maxLength: 25 }).map((parts) => bytes(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 40 })), fc.constantFrom(...media), (body, type) => {
        messageOf(() => decodeBody(body, type));
      }),
      { numRuns: 3000, seed: 9 },
    );
  });
});
