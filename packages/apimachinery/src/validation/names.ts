import { isDns1035Label, isDns1123Label, isDns1123Subdomain } from './dns.ts';
import { NONE } from './texts.ts';

/**
 * What is wrong with a name, or with the beginning of one (`prefix`: a generateName), as the texts that follow
 * `Invalid value: "x": `.
 */
export type NameRule = (name: string, prefix: boolean) => readonly string[];

export const nameIsDnsSubdomain: NameRule = (name, prefix) => isDns1123Subdomain(prefix ? masked(name) : name);
export const nameIsDnsLabel: NameRule = (name, prefix) => isDns1123Label(prefix ? masked(name) : name);
export const nameIsDns1035Label: NameRule = (name, prefix) => isDns1035Label(prefix ? masked(name) : name);

/** Names that need only be safe in a path: RBAC. */
export const validatePathSegmentName: NameRule = (name, prefix) =>
  prefix ? isValidPathSegmentPrefix(name) : isValidPathSegmentName(name);

export function isValidPathSegmentName(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return isValidPathSegmentPrefix(name);
}

/** A beginning may be `.` or `..`: what follows may make it good. */
function isValidPathSegmentPrefix(name: string): readonly string[] {
  const slash = name.includes('/');
  const percent = name.includes('%');
  if (!slash && !percent) return NONE;
  return [...(slash ? ["may not contain '/'"] : NONE), ...(percent ? ["may not contain '%'"] : NONE)];
}

/** A dash at the end is fine in a beginning. Upstream drops the letter before it too, so `b-` becomes `a`. */
const masked = (name: string): string => (/[\0-\x7f]-$/.test(name) ? `${name.slice(0, -2)}a` : name);
