import { describe, expect, test } from 'vitest';
import {
  aggregateText,
  fieldErrorBody,
  forbidden,
  GoText,
  goBytes,
  goDump,
  goFloat,
  goLayout,
  goQuote,
  goStrings,
  goSyntax,
  goValue,
  humanDuration,
  invalid,
  invalidStatus,
  notSupported,
  OMITTED,
  required,
  rfc3339,
  rfc3339Micro,
  timestampAge,
  tooLong,
  tooMany,
} from '../index.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('texts of values', () => {
  test('GO-1 quotes as %q does', () => {
    expect(goQuote('a"b\\c\n\t\u0007\x00\x7f')).toBe('"a\\"b\\\\c\\n\\t\\a\\x00\\x7f"');
    expect(goQuote('é😀\u00a0\u200b\u2028\u{10ffff}\ud800')).toBe('"é😀\\u00a0\\u200b\\u2028\\U0010ffff\ufffd"');
  });
  test('GO-2 prints floats as %v does', () => {
    expect([1, 0, -0, 100000, 1e6, 1234567.5, 0.0001, 0.00001, 1e21, Number.NaN].map(goFloat)).toEqual([
      '1',
      '0',
      '-0',
      '100000',
      '1e+06',
      '1.2345675e+06',
      '0.0001',
      '1e-05',
      '1e+21',
      'NaN',
    ]);
  });
  test('GO-3 prints decoded JSON as %v does', () => {
    const value = { spec: { replicas: 'two', ports: [80, 1.5, true, null] }, a: {} };
    expect(goValue(value)).toBe('map[a:map[] spec:map[ports:[80 1.5 true <nil>] replicas:two]]');
  });
  test('GO-4 prints lists and maps of texts as %#v does', () => {
    expect(goSyntax(['a', 'b'])).toBe('[]string{"a", "b"}');
    expect(goSyntax({ b: '1', a: '2' })).toBe('map[string]string{"a":"2", "b":"1"}');
    expect(goSyntax({ a: [1] })).toBe('map[string]interface {}{"a":[]interface {}{1}}');
    expect([goStrings(undefined), goStrings(['None'], 'core.X')]).toEqual(['[]string(nil)', '[]core.X{"None"}']);
  });
});

describe('dumps of structs', () => {
  const layout = goLayout(`
core.ServicePort Name::string|Protocol::core.Protocol|AppProtocol::*string|Port::int32|TargetPort::intstr.IntOrString|NodePort::int32
core.Taint Key::string|Value::string|Effect::core.TaintEffect|TimeAdded::*v1.Time
networking.IngressRule Host::string|IngressRuleValue:.:networking.IngressRuleValue
networking.IngressRuleValue HTTP:http:*networking.HTTPIngressRuleValue
v1.LabelSelector MatchLabels::map[string]string|MatchExpressions::[]v1.LabelSelectorRequirement
v1.LabelSelectorRequirement Key::string|Operator::string|Values::[]string
core.Protocol string
core.TaintEffect string
core.ResourceName string
core.ResourceList map[core.ResourceName]resource.Quantity
`);
  const dump = (type: string, value: unknown): string => goDump(layout, type, value).text;

  // As recorded from a real server.
  test('GO-5 prints every field, zero or not', () => {
    expect(dump('core.ServicePort', { port: 80, protocol: 'TCP', targetPort: 0 })).toBe(
      'core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
    );
    expect(dump('core.Taint', { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' })).toBe(
      'core.Taint{Key:"node.kubernetes.io/not-ready", Value:"", Effect:"NoSchedule", TimeAdded:<nil>}',
    );
    expect(dump('v1.LabelSelector', { matchExpressions: [{ key: 'app', operator: 'Like', values: ['x'] }] })).toBe(
      'v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:"app", Operator:"Like", Values:[]string{"x"}}}}',
    );
    expect(dump('core.ResourceList', { storage: '1Gi' })).toBe(
      'core.ResourceList{"storage":resource.Quantity{i:resource.int64Amount{value:1073741824, scale:0}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"1Gi", Format:"BinarySI"}}',
    );
  });
  test('GO-5 tells nil from empty', () => {
    expect([dump('core.ResourceList', undefined), dump('core.ResourceList', {})]).toEqual([
      'core.ResourceList(nil)',
      'core.ResourceList{}',
    ]);
    expect([dump('[]networking.IngressRule', undefined), dump('[]networking.IngressRule', [])]).toEqual([
      '[]networking.IngressRule(nil)',
      '[]networking.IngressRule{}',
    ]);
  });
  test('GO-5 prints embedded structs inside, and pointers as addresses', () => {
    expect(dump('networking.IngressRule', { host: 'a', http: { paths: [] } })).toBe(
      'networking.IngressRule{Host:"a", IngressRuleValue:networking.IngressRuleValue{HTTP:(*networking.HTTPIngressRuleValue)(0xc000000000)}}',
    );
    expect(dump('core.Taint', { timeAdded: '2025-02-03T04:05:06Z' })).toContain(
      'TimeAdded:time.Date(2025, time.February, 3, 4, 5, 6, 0, time.Local)',
    );
  });
  test('GO-5 prints bytes', () => {
    expect([goBytes('aGVsbG8='), goBytes(undefined)]).toEqual(['[]byte{0x68, 0x65, 0x6c, 0x6c, 0x6f}', '[]byte(nil)']);
  });
});

describe('field errors', () => {
  test('ERR-1 say what was wrong, each kind in its way', () => {
    const errors = [
      required('a', 'why'),
      invalid('a', 'x', 'why'),
      invalid('a', -1, 'why'),
      invalid('a', undefined, 'why'),
      invalid('a', OMITTED, 'why'),
      invalid('a', new GoText('core.X{}'), 'why'),
      notSupported('a', 'x', ['B"', 'A']),
      forbidden('a', 'why'),
      tooLong('a', 'x', 5),
      tooMany('a', 3, 2),
      tooMany('a', -1, 2),
    ];
    expect(errors.map(fieldErrorBody)).toEqual([
      'Required value: why',
      'Invalid value: "x": why',
      'Invalid value: -1: why',
      'Invalid value: "null": why',
      'Invalid value: why',
      'Invalid value: core.X{}: why',
      'Unsupported value: "x": supported values: "B\\"", "A"',
      'Forbidden: why',
      'Too long: may not be more than 5 bytes',
      'Too many: 3: must have at most 2 items',
      'Too many: must have at most 2 items',
    ]);
  });
  test('ERR-2 come together in order, each text once, as causes every one', () => {
    expect([aggregateText(['a']), aggregateText(['a', 'b', 'a']), aggregateText(['a', 'a'])]).toEqual([
      'a',
      '[a, b]',
      'a',
    ]);
    const error = required('spec.a');
    const { status } = invalidStatus({ group: 'apps', kind: 'Deployment' }, 'a"b', [error, error]);
    expect(status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Deployment.apps "a\\"b" is invalid: spec.a: Required value',
      reason: 'Invalid',
      details: {
        name: 'a"b',
        group: 'apps',
        kind: 'Deployment',
        causes: [
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a' },
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a' },
        ],
      },
      code: 422,
    });
    expect(invalidStatus({ group: '', kind: 'Pod' }, 'x', []).message).toBe('Pod "x" is invalid');
  });
});

describe('times', () => {
  test('GO-6 prints ages in two or three figures', () => {
    const ages = [
      -2 * SECOND,
      -SECOND,
      0,
      119_999,
      2 * MINUTE,
      200 * SECOND,
      10 * MINUTE,
      179 * MINUTE,
      3 * HOUR,
      7 * HOUR + MINUTE,
    ];
    expect(ages.map(humanDuration)).toEqual([
      '<invalid>',
      '0s',
      '0s',
      '119s',
      '2m',
      '3m20s',
      '10m',
      '179m',
      '3h',
      '7h1m',
    ]);
    const long = [47 * HOUR, 48 * HOUR, 7 * DAY + HOUR, 8 * DAY, 729 * DAY, 730 * DAY, 1000 * DAY, 8 * 365 * DAY, 1e15];
    expect(long.map(humanDuration)).toEqual(['47h', '2d', '7d1h', '8d', '729d', '2y', '2y270d', '8y', '292y']);
    expect(timestampAge(undefined, 0)).toBe('<unknown>');
    expect(timestampAge('1970-01-01T00:00:00Z', 5000)).toBe('5s');
  });
  test('GO-7 prints times to the second and to the microsecond', () => {
    expect(rfc3339(1_735_689_600_999)).toBe('2025-01-01T00:00:00Z');
    expect(rfc3339Micro(1_735_689_600_001.5)).toBe('2025-01-01T00:00:00.001500Z');
  });
});
