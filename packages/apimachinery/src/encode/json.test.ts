import { describe, expect, it } from 'vitest';
import { encodeJson, encodeList, encodePretty } from './json.ts';

const pod = (name: string) => Object.freeze({ kind: 'Pod', apiVersion: 'v1', metadata: Object.freeze({ name }) });

describe('encodeJson', () => {
  it('ENC-1 escapes what Go escapes', () => {
    expect(encodeJson({ a: '<b> & "c" \u2028\u2029 \n \u0001 é' })).toBe(
      '{"a":"\\u003cb\\u003e \\u0026 \\"c\\" \\u2028\\u2029 \\n \\u0001 é"}',
    );
  });

  it('ENC-2 prints keys that are numbers in the order of their text', () => {
    const data = { '10': 'c', '9': 'b', 'a"1":': 'd', '1': 'a' };
    expect(encodeJson({ kind: 'ConfigMap', data })).toBe(
      '{"kind":"ConfigMap","data":{"1":"a","10":"c","9":"b","a\\"1\\":":"d"}}',
    );
    expect(encodePretty({ data: { '10': [], '9': {} } })).toBe('{\n  "data": {\n    "10": [],\n    "9": {}\n  }\n}');
  });

  it('ENC-3 keeps the text of frozen objects and of nothing else', () => {
    let reads = 0;
    const counting = {
      get a() {
        reads++;
        return 1;
      },
    };
    encodeJson(counting);
    encodeJson(counting);
    expect(reads).toBe(2);
    const frozen = Object.freeze(counting);
    expect(encodeJson(frozen)).toBe(encodeJson(frozen));
    expect(reads).toBe(3);
  });
});

describe('encodeList', () => {
  it('ENC-4 prints items without kind and apiVersion, but for custom resources', () => {
    const list = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items: [pod('a'), pod('b')] };
    expect(encodeList(list)).toBe(
      '{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}',
    );
    const custom = { apiVersion: 'a/v1', kind: 'X', metadata: {} };
    expect(encodeList({ ...list, items: [custom] })).toContain(
      '"items":[{"apiVersion":"a/v1","kind":"X","metadata":{}}]',
    );
    expect(encodeList({ items: [] })).toBe('{"items":[]}');
  });
});

describe('encodePretty', () => {
  it('ENC-5 prints as Go indents', () => {
    expect(encodePretty({ a: [], b: {}, c: [1, { d: '<' }], e: undefined })).toBe(
      '{\n  "a": [],\n  "b": {},\n  "c": [\n    1,\n    {\n      "d": "\\u003c"\n    }\n  ]\n}',
    );
  });
});
