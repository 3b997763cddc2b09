import type { UserInfo } from '@tabernetes/apimachinery';

export interface TokenUser {
  readonly token: string;
  readonly user: UserInfo;
}

/**
 * kube-apiserver's `--token-auth-file`: CSV lines of `token,user,uid` and optionally `"group1,group2"`. Empty lines and
 * lines that start with `#` are passed over.
 * @throws {Error} naming the line, when one has fewer than three columns or an empty token
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
 */
export function parseTokenAuthFile(text: string): readonly TokenUser[] {
  const users: TokenUser[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [token, name, uid, groups] = columns(line);
    if (token === undefined || name === undefined || uid === undefined) {
      throw new Error(`token auth file: line ${index + 1}: expected at least 3 columns (token,user,uid)`);
    }
    if (token === '') throw new Error(`token auth file: line ${index + 1}: empty token`);
    users.push({
      token,
      user: {
        name,
        ...(uid !== '' && { uid }),
        groups: (groups ?? '')
          .split(',')
          .map((g) => g.trim())
          .filter((g) => g !== ''),
      },
    });
  }
  return users;
}

/** The cells of one CSV line; a quoted cell may hold commas and doubled quotes. */
function columns(line: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, bare] of line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)) {
    cells.push(quoted !== undefined ? quoted.replaceAll('""', '"') : (bare ?? '').trim());
  }
  // The pattern matches once more, emptily, at the end of a line that does not end in a comma.
  if (!line.endsWith(',')) cells.pop();
  return cells;
}
