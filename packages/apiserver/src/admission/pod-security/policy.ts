import { type FieldError, invalid } from '@tabernetes/apimachinery';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level as a version of Kubernetes had it; `latest` is written as undefined. */
export interface LevelVersion {
  readonly level: Level;
  /** The x of `v1.x`. */
  readonly minor: number | undefined;
}

/** What a Namespace asks for: whom to refuse, whom to note in the audit log, whom to warn. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

export type Labels = Readonly<Record<string, string>>;

export const LABEL_PREFIX = 'pod-security.kubernetes.io/';
const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'];
const PRIVILEGED: LevelVersion = { level: 'privileged', minor: undefined };
const FULLY_PRIVILEGED: Policy = { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED };

/**
 * The policy that labels of a Namespace ask for. Labels that make no sense are errors, and count as `restricted` where Pods are
 * refused, as `privileged` where they are not. Who enforces warns at least as strictly.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function policyOf(labels: Labels | undefined): Asked {
  if (labels === undefined) return NOTHING_ASKED;
  let asked = known.get(labels);
  if (asked === undefined) {
    asked = read(labels);
    // Of what is stored: drafts still change.
    if (Object.isFrozen(labels)) known.set(labels, asked);
  }
  return asked;
}

/** Every Pod asks for those of its Namespace again. */
const known = new WeakMap<Labels, Asked>();

interface Asked {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
}

function read(labels: Labels): Asked {
  if (!Object.keys(labels).some((name) => name.startsWith(LABEL_PREFIX))) return NOTHING_ASKED;
  const errors: FieldError[] = [];
  const refuse = (label: string, why: string): void => {
    errors.push(invalid(`metadata.labels[${LABEL_PREFIX}${label}]`, labels[LABEL_PREFIX + label] ?? '', why));
  };
  const of = (mode: 'enforce' | 'audit' | 'warn', onError: Level): LevelVersion => {
    const level = labels[LABEL_PREFIX + mode];
    const version = labels[`${LABEL_PREFIX}${mode}-version`];
    const known = level === undefined || LEVELS.includes(level);
    if (!known) refuse(mode, `must be one of ${LEVELS.join(', ')}`);
    const minor = version === undefined || version === 'latest' ? undefined : minorOf(version);
    if (minor === null) refuse(`${mode}-version`, 'must be "latest" or "v1.x"');
    return { level: known ? ((level ?? 'privileged') as Level) : onError, minor: minor ?? undefined };
  };
  const enforce = of('enforce', 'restricted');
  const enforceIsValid = LEVELS.includes(labels[`${LABEL_PREFIX}enforce`] ?? '');
  const audit = of('audit', 'privileged');
  let warn = of('warn', 'privileged');
  if (labels[`${LABEL_PREFIX}warn`] === undefined && enforceIsValid && isStricter(enforce.level, warn.level)) {
    const ownVersion = labels[`${LABEL_PREFIX}warn-version`] !== undefined;
    warn = { level: enforce.level, minor: ownVersion ? warn.minor : enforce.minor };
  }
  return { policy: { enforce, audit, warn }, errors };
}

const NOTHING_ASKED: Asked = { policy: FULLY_PRIVILEGED, errors: [] };

export const isStricter = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);

export const isSame = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;

/** `restricted:latest`, `baseline:v1.24`. */
export const levelText = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`;

/** Null: it is not a version. */
function minorOf(version: string): number | null {
  const found = /^v1\.([0-9]|[1-9][0-9]*)$/.exec(version);
  const minor = Number(found?.[1] ?? Number.NaN);
  return Number.isSafeInteger(minor) ? minor : null;
}
