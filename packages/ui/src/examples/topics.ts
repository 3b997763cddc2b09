/** Topics in the order in which they are shown. */
export const TOPICS = [
  'Workloads',
  'Services and traffic',
  'Configuration',
  'Storage',
  'Scheduling',
  'Security',
  'Extending Kubernetes',
  'Patterns: foundation',
  'Patterns: behaviour',
  'Patterns: structure',
  'Patterns: configuration',
  'Patterns: security',
  'Patterns: advanced',
] as const;
