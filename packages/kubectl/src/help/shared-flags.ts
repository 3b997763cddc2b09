/** What flags mean that many commands share; a command's own help may say more. */
export const SHARED_FLAGS: Readonly<Record<string, string>> = {
  // Of all commands.
  as: 'Name of the user to act as: a person or a ServiceAccount of a namespace.',
  'as-group': 'Group to act in; may be repeated.',
  'as-uid': 'UID to act as.',
  'cache-dir': 'Directory for what discovery has learned.',
  'certificate-authority': 'File with the certificate of the authority to trust.',
  'client-certificate': 'File with the client certificate for TLS.',
  'client-key': 'File with the key of the client certificate.',
  cluster: 'Name of the cluster in the kubeconfig.',
  context: 'Name of the context in the kubeconfig.',
  'disable-compression': 'If true, answers are not compressed.',
  'insecure-skip-tls-verify': "If true, the server's certificate is not checked. Connections are then not safe.",
  kubeconfig: 'Path of the kubeconfig file.',
  'log-flush-frequency': 'Longest time between two flushes of the log.',
  'match-server-version': 'Require that the version of the server is that of kubectl.',
  namespace: 'Namespace of this call.',
  password: 'Password for basic authentication.',
  profile: 'Profile to capture: none, cpu, heap, goroutine, threadcreate, block, or mutex.',
  'profile-output': 'File that the profile is written to.',
  'request-timeout':
    'How long to wait for one answer. Values other than zero have a unit (1s, 2m, 3h). Zero means: for as long as it takes.',
  server: 'Address and port of the API server.',
  'tls-server-name': 'Name that the certificate of the server is checked against; the host of its address if empty.',
  token: 'Bearer token.',
  user: 'Name of the user in the kubeconfig.',
  username: 'User name for basic authentication.',
  v: 'Level of detail of the log.',
  vmodule: 'Comma-separated pattern=N settings for logs of single files.',
  'warnings-as-errors': 'If true, warnings of the server count as errors: the exit code is not zero.',

  // Choosing objects.
  all: 'Take all objects of the given types in the namespace.',
  'all-namespaces': 'If true, look in all namespaces, whatever the context or --namespace say.',
  'chunk-size': 'Read large lists in pieces of this size; 0 reads them whole.',
  'field-selector':
    "Selector on fields, with '=', '==' and '!=' (for instance key1=value1,key2=value2). Only a few fields of each type can be used.",
  filename: 'File, directory or URL that names the objects.',
  kustomize: 'Directory with a kustomization. Cannot be used with -f or -R.',
  recursive: 'Go into the directories below the one given with -f, too.',
  selector: "Label selector, with '=', '==', '!=', 'in' and 'notin' (for instance key1=value1,key2=value2).",
  local: 'If true, do not ask the server: work on what was given.',
  'ignore-not-found': 'If the object does not exist, end with exit code 0.',

  // Writing.
  'dry-run':
    'Must be "none", "server" or "client". With client, print what would be sent. With server, send it without keeping the result.',
  'field-manager': 'Name of the manager to whom the changed fields are ascribed.',
  'grace-period':
    'Seconds that the object gets to end in good order; negative numbers are ignored. 1 means at once. 0 only together with --force.',
  force: 'If true, remove objects from the API at once, without waiting for a good end. Data may be lost.',
  overwrite: 'If true, values that exist may be replaced; otherwise they are refused.',
  record: 'Keep the command line in an annotation of the object.',
  'resource-version': 'Only if the object has this resourceVersion. For a single object.',
  'save-config': 'If true, keep the configuration in an annotation of the object, for a later kubectl apply.',
  timeout: 'How long to wait before giving up; zero means: decide by the size of the object.',
  validate:
    'Must be "strict" (or true), "warn" or "ignore" (or false): what to do about fields that are unknown or given twice.',
  wait: 'If true, wait until the objects are gone.',

  // Printing.
  'allow-missing-template-keys':
    'If true, ignore fields and keys that a template misses. For golang and jsonpath output.',
  help: 'Print help.',
  'label-columns': 'Comma-separated labels to print as columns. May be repeated.',
  'no-headers': 'Print no headers (default: print headers).',
  output:
    'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).',
  'show-kind': 'If present, print the type of each object.',
  'show-labels': 'Print all labels in the last column.',
  'show-managed-fields': 'If true, keep the managedFields when objects are printed as JSON or YAML.',
  'sort-by': "Sort by this field, given as a JSONPath expression (for instance '{.metadata.name}').",
  template:
    'Template text, or path of a template file, for -o=go-template and -o=go-template-file. The format is that of Go templates.',
  watch: 'After the objects, print changes as they come.',
  'watch-only': 'Print changes as they come, without the objects as they are now.',

  // Processes.
  container:
    'Name of the container. Without it, the annotation kubectl.kubernetes.io/default-container or the first one decides.',
  'pod-running-timeout': 'How long (5s, 2m, 3h; more than zero) to wait until at least one Pod runs.',
  quiet: 'Print only what the process prints.',
  stdin: "Hand kubectl's standard input to the container.",
  tty: 'Standard input is a terminal.',
};
