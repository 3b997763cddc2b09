/** `a,b,c + 4 more...`: the first `max` of a list; `<unset>` (or `whenEmpty`) when there is nothing. */
export function listWithMore(items: readonly string[], max: number, whenEmpty = '<unset>'): string {
  const shown = items.slice(0, max).join(',');
  if (items.length > max) return `${shown} + ${items.length - max} more...`;
  return shown === '' ? whenEmpty : shown;
}
