/**
 * `a=b,c=d`, as `--labels` is written.
 *
 * @throws {Error} in the words of kubectl
 * @see k8s.io/kubectl/pkg/generate/generate.go ParseLabels
 */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const spec of text.split(',')) {
    const [key = '', value, ...more] = spec.split('=');
    if (value === undefined || more.length > 0) throw new Error(`unexpected label spec: ${spec}`);
    if (key === '') throw new Error('unexpected empty label key');
    labels[key] = value;
  }
  return labels;
}
