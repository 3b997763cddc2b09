import { nodeTerm, requiredNodes } from '@tabernetes/api';
import type { Node, NodeSelectorTerm, PodSpec } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { defaultNormalizeScore, type Plugin } from '../framework/plugin.ts';
import { unresolvable } from '../framework/status.ts';

const NAME = 'NodeAffinity';
const REFUSED = unresolvable(NAME, "node(s) didn't match Pod's node affinity/selector");
const CONFLICT = unresolvable(NAME, 'pod affinity terms conflict');

/** Honours spec.nodeSelector and node affinity, required and preferred. */
export const nodeAffinity: Plugin = {
  name: NAME,
  requeueOn: [
    {
      resource: 'Node',
      actions: ['Add', 'UpdateNodeLabel'],
      helps({ spec }, { object, old }) {
        const matches = (node: KubeObject | undefined) => requiredNodes(spec)?.matches(node as Node) ?? true;
        return matches(object) && (old === undefined || !matches(old));
      },
    },
  ],
  preFilter({ spec }) {
    const allowed = requiredNodes(spec);
    if (allowed === undefined) return 'skip';
    const nodeNames = namedNodes(spec);
    if (nodeNames?.size === 0) return CONFLICT;
    return {
      filter: ({ node }) => (node !== undefined && allowed.matches(node) ? undefined : REFUSED),
      ...(nodeNames && { nodeNames }),
    };
  },
  preScore({ spec }) {
    const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    if (preferred === undefined || preferred.length === 0) return undefined;
    const terms = preferred.map(({ preference, weight }) => ({ term: nodeTerm(preference), weight }));
    return (nodes, scores) => {
      nodes.forEach(({ node }, i) => {
        let sum = 0;
        for (const { term, weight } of terms) if (node !== undefined && term.matches(node)) sum += weight;
        scores[i] = sum;
      });
      defaultNormalizeScore(scores, false);
    };
  },
};

/**
 * When every required term names its nodes (as DaemonSets do), no other node needs a look. Undefined: any node may do.
 */
function namedNodes({ affinity }: PodSpec): ReadonlySet<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined || terms.length === 0) return undefined;
  const union = new Set<string>();
  for (const term of terms) {
    const names = namedByTerm(term);
    if (names === undefined) return undefined;
    for (const name of names) union.add(name);
  }
  return union;
}

function namedByTerm({ matchFields = [] }: NodeSelectorTerm): readonly string[] | undefined {
  let names: readonly string[] | undefined;
  for (const { key, operator, values = [] } of matchFields) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    names = names === undefined ? values : names.filter((name) => values.includes(name));
  }
  return names;
}
