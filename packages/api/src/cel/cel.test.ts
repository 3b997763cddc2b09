import { describe, expect, test } from 'vitest';
import { CelCompileError, compileCel } from './compile.ts';
import { estimateCelCost } from './estimate-cost.ts';
import { CelFailure, evaluateCel } from './evaluate.ts';
import { fromJson } from './json-values.ts';
import { BOOL, DYN } from './types.ts';

const OBJECT = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web' } },
  spec: { replicas: 5, ratio: 0.5, images: ['a:1', 'b:2'], ports: [{ name: 'http', port: 80 }], nothing: null },
};
const VARIABLES = new Map([
  ['object', DYN],
  ['yes', BOOL],
]);

function run(text: string): { value: unknown; cost: number } {
  const { expression } = compileCel(text, VARIABLES);
  return evaluateCel(expression, (name) =>
    name === 'object' ? fromJson(OBJECT, DYN) : name === 'yes' ? true : undefined,
  );
}

function problem(text: string): string {
  try {
    run(text);
  } catch (error) {
    if (error instanceof CelFailure || error instanceof CelCompileError) return error.message.split('\n')[0] ?? '';
    throw error;
  }
  return '';
}

describe('CEL-4 values', () => {
  const truths = [
    // Operators and numbers
    '1 + 2 * 3 == 7 && 7 / 2 == 3 && -7 % 3 == -1 && 2.5 * 2.0 == 5.0',
    '1 < 2.5 && 3u > 2 && dyn(1) == 1.0 && dyn(2u) == 2',
    'int("42") == 42 && string(7u) == "7" && double("1.5") == 1.5 && bool("true")',
    'string(1.0) == "1" && string(duration("90m")) == "5400s" && int(2.9) == 2',
    'type(1) == int && type([]) == list && type(null) == null_type',
    // Objects, lists, maps
    'object.spec.replicas == 5 && object.metadata.labels["app.kubernetes.io/name"] == "web"',
    'has(object.spec.replicas) && !has(object.spec.missing) && has(object.spec.nothing)',
    '"b:2" in object.spec.images && "replicas" in object.spec && size(object.spec.images) == 2',
    'object.spec.ports[0].port == 80 && [1, 2][1] == 2 && {"a": 1}.a == 1',
    'object.spec.images + ["c"] == ["a:1", "b:2", "c"]',
    '.object.spec.replicas == 5 && [1].all(x, .object.spec.replicas > x) && .size([1]) == 1 && 5 in [.object.spec.replicas]',
    '[?object.?nope, dyn(1), ?object.spec.?replicas] == [1, 5] && [?optional.none()] == []',
    '{"a": dyn(1), ?"b": object.?nope, ?"c": optional.of(dyn(3))} == {"a": 1, "c": 3} && size({?"a": optional.none(),}) == 0',
    'object.?spec.?nope.orValue(7) == 7 && object.spec.images[?9].or(optional.of("x")).value() == "x"',
    '.5 + .25e1 == 3.0 && [.5][0] == 0.5',
    // Words that no variable may be called are names of fields all the same.
    '.object.metadata.?namespace.orValue("x") == "x" && [?object.?package, ?object.?import.?as] == []',
    // Macros
    'object.spec.images.all(i, i.contains(":")) && object.spec.images.exists(i, i.startsWith("b"))',
    'object.spec.images.exists_one(i, i == "a:1") && object.spec.ports.map(p, p.port) == [80]',
    'object.spec.images.filter(i, i != "a:1") == ["b:2"] && [1, 2, 3].map(n, n > 1, n * 2) == [4, 6]',
    '{"a": 1, "b": 2}.all(k, k in ["a", "b"])',
    'object.spec.images.map(__result__, __result__ + "!") == ["a:1!", "b:2!"]',
    'object.spec.ports.map(p, [p.port]).map(__result__, __result__ + [1]) == [[80, 1]]',
    // Texts
    '"a,b,c".split(",") == ["a", "b", "c"] && ["a", "b"].join("-") == "a-b" && "hello".substring(1, 3) == "el"',
    '" x ".trim() == "x" && "Äb".size() == 2 && "AbC".lowerAscii() == "abc" && "abc".charAt(1) == "b"',
    '"banana".replace("a", "o", 2) == "bonona" && "banana".indexOf("n", 3) == 4 && "banana".lastIndexOf("a") == 5',
    `"%s is %d, %.2f, %x".format([dyn("a"), 3, 1.0, 255]) == "a is 3, 1.00, ff" && strings.quote('a"') == "\\"a\\\\\\"\\""`,
    // Patterns
    '"web-1".matches("^[a-z]+-\\\\d$") && "a1b22".find("[0-9]+") == "1" && "a1b22".findAll("[0-9]+") == ["1", "22"]',
    // Time
    'timestamp("2024-02-29T12:30:00Z").getMonth() == 1 && timestamp("2024-02-29T12:30:00Z").getDayOfYear() == 59',
    'timestamp("2024-01-01T00:00:00Z") + duration("1h") > timestamp("2024-01-01T00:30:00Z")',
    'timestamp("2024-07-01T00:00:00Z").getHours("Europe/Berlin") == 2 && duration("90s").getMinutes() == 1',
    'timestamp("0050-03-01T00:00:00Z").getFullYear("+01:00") == 50 && timestamp("0050-03-01T00:00:00Z").getDayOfYear() == 59',
    'timestamp("0050-03-01T00:00:00Z").getFullYear("Europe/Berlin") == 50',
    // Lists and sets
    '[1, 2, 2].isSorted() && [1, 2].sum() == 3 && ["b", "a"].min() == "a" && [1, 2, 1].lastIndexOf(1) == 2',
    'sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])',
    // Optionals
    'object.?spec.?missing.orValue(7) == 7 && object.?spec.?replicas.hasValue()',
    'optional.of(2).optMap(v, v * 2).value() == 4 && optional.none().or(optional.of(1)).value() == 1',
    'optional.ofNonZeroValue("") == optional.none() && [1][?3].orValue(0) == 0',
    // Kubernetes
    'quantity("1Gi").isGreaterThan(quantity("500Mi")) && quantity("50k").add(20) == quantity("50020")',
    'isQuantity("1.5Gi") && !isQuantity("x") && quantity("2k").asInteger() == 2000 && sign(quantity("-1")) == -1',
    'url("https://a.example:81/p?q=1").getHost() == "a.example:81" && url("https://[::1]:80/").getHostname() == "::1"',
    'isURL("/path") && !isURL("path") && url("https://a/b?c=d").getQuery() == {"c": ["d"]}',
    'ip("10.0.0.1").family() == 4 && isIP("::1") && !isIP("010.0.0.1") && ip("127.0.0.1").isLoopback()',
    'cidr("10.0.0.0/8").containsIP("10.1.2.3") && cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16")',
    'cidr("10.1.2.3/8").masked() == cidr("10.0.0.0/8") && string(cidr("::/64").ip()) == "::"',
    '!format.dns1123Label().validate("web").hasValue() && format.named("uuid").value().validate("x").hasValue()',
    // An error on one side does not matter when the other decides.
    'object.spec.missing == 1 || yes',
    '!(object.spec.missing == 1 && !yes)',
    '[1, 2].exists(n, n / (n - 1) == 2)',
    'yes ? true : object.spec.missing',
  ];
  for (const text of truths) test(`CEL-4 ${text}`, () => expect(run(text).value).toBe(true));
});

describe('what goes wrong', () => {
  test('CEL-1 dots behind dots are refused', () => {
    for (const text of ['object..spec', 'object . . spec', '..object', 'object.?.spec', '[..object]'])
      expect(problem(text), text).toMatch(/^ERROR: <input>:1:\d+: Syntax error/);
    expect(problem('yes ? .object.spec.replicas : 1')).toBe('');
  });

  const cases = [
    ['object.spec.missing', 'no such key: missing'],
    ['object.spec.images[5]', 'index out of bounds: 5'],
    ['1 / 0', 'division by zero'],
    ['9223372036854775807 + 1', 'integer overflow'],
    ['object.spec.replicas < "a"', 'no such overload'],
    ['timestamp(253402300800)', 'timestamp overflow'],
    ['timestamp(-62135596801)', 'timestamp overflow'],
    ['optional.none().value()', 'optional.none() dereference'],
    ['dyn([]).max()', 'max called on empty list'],
    ['missing', "ERROR: <input>:1:1: undeclared reference to 'missing' (in container '')"],
    ['1 + "a"', "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'"],
    ['[1].contains(1)', "ERROR: <input>:1:13: found no matching overload for 'contains' applied to 'list(int).(int)'"],
    ['[1, "a"]', "ERROR: <input>:1:5: expected type 'int' but found 'string'"],
    ['[?1]', "ERROR: <input>:1:3: expected type 'optional_type(int)' but found 'int'"],
    ['{?"a": 1}', "ERROR: <input>:1:8: expected type 'optional_type(int)' but found 'int'"],
    ['[?dyn(1)]', 'cannot initialize optional list element from non-optional value 1'],
    ['{?"a": dyn(1)}', "cannot initialize optional entry 'a' from non-optional value 1"],
    ['.nope', "ERROR: <input>:1:2: undeclared reference to '.nope' (in container '')"],
    ['.has(object.a)', "ERROR: <input>:1:5: undeclared reference to '.has' (in container '')"],
    ['Foo{}', "ERROR: <input>:1:4: undeclared reference to 'Foo' (in container '')"],
    ['.a.b.Foo{x: 1, ?y: [2],}', "ERROR: <input>:1:9: undeclared reference to '.a.b.Foo' (in container '')"],
    ['[Foo{a: {"b": 1}}, 1]', "ERROR: <input>:1:5: undeclared reference to 'Foo' (in container '')"],
    ['int{}', "ERROR: <input>:1:4: 'int' is not a message type"],
    ['yes{a: 1}', "ERROR: <input>:1:4: 'bool' is not a type"],
    ['"a".b', "ERROR: <input>:1:4: type 'string' does not support field selection"],
    [
      '1.all(x, true)',
      "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
    ],
    ['object.all(1, true)', 'ERROR: <input>:1:12: argument must be a simple name'],
    ['has(object)', 'ERROR: <input>:1:5: invalid argument to has() macro'],
    ['"a".matches("(")', 'ERROR: <input>:1:13: invalid matches argument'],
    ['duration("x")', 'ERROR: <input>:1:10: invalid duration argument'],
  ] as const;
  for (const [text, wanted] of cases) test(`CEL-4 ${text}`, () => expect(problem(text)).toBe(wanted));
});

test('CEL-1 texts without end or bottom are refused', () => {
  expect(problem('('.repeat(5000) + '1' + ')'.repeat(5000))).toBe(
    'ERROR: <input>:-1:0: expression recursion limit exceeded: 250',
  );
  expect(problem(`"${'x'.repeat(100_000)}"`)).toContain('expression code point size exceeds limit: size: 100002');
  expect(run(`${'yes && '.repeat(200)}yes`).value).toBe(true);
});

describe('costs', () => {
  test('CEL-5 what runs away is stopped', () => {
    const many = `[${Array.from({ length: 300 }, () => '1').join(',')}]`;
    const text = `${many}.all(a, ${many}.all(b, ${many}.all(c, a + b + c > 0)))`;
    expect(problem(text)).toBe('operation cancelled: actual cost limit exceeded');
  });

  test('CEL-5 no pattern takes more than linear time', () => {
    const text = `"${'a'.repeat(5000)}!".matches("^(a+)+$") || "${'a'.repeat(5000)}".matches("(a|aa)+b")`;
    expect(run(text).value).toBe(false);
  });

  test('CEL-5 no text grows without end', () => {
    const long = `"${'a'.repeat(20_000)}"`;
    for (const text of [
      `${long}.replace("a", ${long})`,
      `${long}.replace("", ${long}, 19000)`,
      `${long}.split("").join(${long})`,
      `[${long}.replace("a", "${'b'.repeat(500)}")].all(x, "%s%s".format([x, x]) == "")`,
    ])
      expect(problem(text), text.slice(-40)).toMatch(/^a text of \d+ characters is longer than 16000000$/);
  });

  test('CEL-5 many parameters in an address, and many calls, take no more than linear time', () => {
    expect(run(`url("/?${'a&'.repeat(45_000)}").getQuery()["a"].size() == 45000`).value).toBe(true);
    compileCel(`[${Array.from({ length: 9000 }, () => '1 in [1]').join()}]`, VARIABLES);
    // Less than a second; the square of it would take half a minute.
  }, 10_000);

  const estimates = [
    ['1 + 2', 1, 1],
    ['"abc" == "abcdefghijklmnopqrstuvwxyz"', 1, 1],
    ['"0123456789".contains("0123456789")', 1, 1],
    ['[1, 2, 3].all(x, x > 0)', 20, 26],
    ['object.spec.replicas > 1', 2, 2],
  ] as const;
  for (const [text, min, max] of estimates) {
    test(`CEL-6 ${text}`, () => {
      const { expression } = compileCel(text, VARIABLES);
      expect(estimateCelCost(expression, () => undefined)).toEqual({ min, max });
    });
  }
});
