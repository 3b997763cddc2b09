import type { AccessAttributes, AccessDecision } from '@tabernetes/api';

type Asked = NonNullable<AccessAttributes['resource']>;

interface Answer extends Pick<Asked, 'group' | 'subresource'> {
  readonly verb: string;
  readonly decision: AccessDecision;
}

/** Questions that are kept of one user: verbs and resources are the asker's to choose. */
const MAX_ANSWERS = 256;
const NONE: readonly Answer[] = [];

/** What was decided for a user about objects of any name: found by comparing, so that asking, which every request does, makes no key. */
export class Answers {
  readonly #byResource = new Map<string, Answer[]>();
  #size = 0;

  find(verb: string, { group, resource, subresource }: Asked): AccessDecision | undefined {
    for (const answer of this.#byResource.get(resource) ?? NONE)
      if (answer.verb === verb && answer.subresource === subresource && answer.group === group) return answer.decision;
    return undefined;
  }

  add(verb: string, { group, resource, subresource }: Asked, decision: AccessDecision): void {
    if (this.#size >= MAX_ANSWERS) return;
    this.#size++;
    const answer = { verb, group, subresource, decision };
    const known = this.#byResource.get(resource);
    if (known === undefined) this.#byResource.set(resource, [answer]);
    else known.push(answer);
  }
}
