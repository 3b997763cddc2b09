import type { Plugin } from '../framework/plugin.ts';
import { unresolvable } from '../framework/status.ts';

const NAME = 'NodeName';
const REFUSED = unresolvable(NAME, "node(s) didn't match the requested node name");

/** A Pod that names its node fits no other. */
export const nodeName: Plugin = {
  name: NAME,
  requeueOn: [{ resource: 'Node', actions: ['Add'] }],
  preFilter({ spec }) {
    const wanted = spec.nodeName;
    if (!wanted) return 'skip';
    return { filter: ({ name }) => (name === wanted ? undefined : REFUSED) };
  },
};
