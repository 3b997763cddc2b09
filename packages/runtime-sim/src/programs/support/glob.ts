import { safeRegExp } from './linear-regexp.ts';

/** A shell pattern as a regular expression over a whole text; `*` matches slashes too, as in `find -name`. */
export function globToRegExp(pattern: string, ignoreCase = false): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (char === '[') {
      const end = pattern.indexOf(']', pattern[i + 1] === '!' || pattern[i + 1] === '^' ? i + 3 : i + 2);
      if (end < 0) source += '\\[';
      else {
        source += `[${pattern
          .slice(i + 1, end)
          .replace(/^!/, '^')
          .replace(/\\/g, '\\\\')}]`;
        i = end;
      }
    } else source += (char === '\\' ? (pattern[++i] ?? '\\') : char).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  }
  return safeRegExp(`^${source}$`, ignoreCase ? 'isu' : 'su');
}
