import type { AnyStateMachine } from 'xstate';
import { type DirectedGraphNode, toDirectedGraph } from 'xstate/graph';

/** A machine as a mermaid state diagram, from its definition. */
export function drawMachine(machine: AnyStateMachine): string {
  const graph = toDirectedGraph(machine);
  const lines = ['stateDiagram-v2', `  [*] --> ${String(machine.config.initial)}`];
  for (const node of graph.children) drawNode(node, lines);
  return `${lines.join('\n')}\n`;
}

function drawNode(node: DirectedGraphNode, lines: string[]): void {
  for (const { source, target, label, transition } of node.edges) {
    const effects = transition.actions.map((a) => (typeof a === 'string' ? a : 'type' in a ? a.type : ''));
    const text = effects.length === 0 ? label.text : `${label.text} / ${effects.join(', ')}`;
    lines.push(`  ${source.key} --> ${target.key}: ${text}`);
  }
  if (node.stateNode.type === 'final') lines.push(`  ${node.stateNode.key} --> [*]`);
}
