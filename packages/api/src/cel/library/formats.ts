import {
  goQuote,
  isQualifiedName,
  isValidLabelValue,
  nameIsDns1035Label,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
} from '@tabernetes/apimachinery';
import { hasFormat } from '../../structural/formats.ts';
import { declare, type Library } from '../declarations.ts';
import { CelList, type CelValue, Opaque, Optional } from '../values.ts';

type Problems = (text: string) => readonly string[];

/** A value of type `kubernetes.NamedFormat`. */
export class FormatValue extends Opaque {
  readonly typeName = 'kubernetes.NamedFormat';
  readonly name: string;
  readonly problems: Problems;
  /** Length of the pattern that it stands for, in estimates of cost. */
  readonly patternLength: number;

  constructor(name: string, patternLength: number, problems: Problems) {
    super();
    this.name = name;
    this.patternLength = patternLength;
    this.problems = problems;
  }

  equals(other: FormatValue): boolean {
    return other.name === this.name;
  }
}

const label: Problems = (text) => nameIsDnsLabel(text, false);
const subdomain: Problems = (text) => nameIsDnsSubdomain(text, false);
const label1035: Problems = (text) => nameIsDns1035Label(text, false);

const known =
  (format: string, problem: (text: string) => string): Problems =>
  (text) =>
    hasFormat(format, text) === false ? [problem(text)] : [];

const FORMATS: Readonly<Record<string, FormatValue>> = {
  dns1123Label: new FormatValue('DNS1123Label', 30, label),
  dns1123Subdomain: new FormatValue('DNS1123Subdomain', 60, subdomain),
  dns1035Label: new FormatValue('DNS1035Label', 30, label1035),
  qualifiedName: new FormatValue('QualifiedName', 60, isQualifiedName),
  dns1123LabelPrefix: new FormatValue('DNS1123LabelPrefix', 30, (text) => nameIsDnsLabel(text, true)),
  dns1123SubdomainPrefix: new FormatValue('DNS1123SubdomainPrefix', 60, (text) => nameIsDnsSubdomain(text, true)),
  dns1035LabelPrefix: new FormatValue('DNS1035LabelPrefix', 30, (text) => nameIsDns1035Label(text, true)),
  labelValue: new FormatValue('LabelValue', 40, isValidLabelValue),
  uri: new FormatValue(
    'URI',
    1000,
    known('uri', (text) => `parse ${goQuote(text)}: invalid URI for request`),
  ),
  uuid: new FormatValue(
    'uuid',
    80,
    known('uuid', () => 'does not match the UUID format'),
  ),
  byte: new FormatValue(
    'byte',
    90,
    known('byte', () => 'invalid base64'),
  ),
  date: new FormatValue(
    'date',
    130,
    known('date', () => 'invalid date'),
  ),
  datetime: new FormatValue(
    'datetime',
    130,
    known('datetime', () => 'invalid datetime'),
  ),
};

function validate(format: CelValue, text: CelValue): Optional {
  const problems = (format as FormatValue).problems(text as string);
  return problems.length > 0 ? new Optional(new CelList(problems)) : Optional.none;
}

const named = (name: CelValue): CelValue =>
  Object.hasOwn(FORMATS, name as string) ? (FORMATS[name as string] ?? null) : null;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/format.go */
export const NAMED_FORMATS: Library = [
  declare('validate', ['format-validate', '.(format, string) optional(list(string))', validate]),
  declare('format.named', [
    'format-named',
    '(string) optional(format)',
    (name) => new Optional(named(name) ?? undefined),
  ]),
  ...Object.keys(FORMATS).map((name) => declare(`format.${name}`, [`format-${name}`, '() format', () => named(name)])),
];
