import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  run: {
    short: 'Run a particular image on the cluster',
    examples: [
      ['A Pod of nginx', 'kubectl run web --image=nginx'],
      ['A shell that goes when you leave it', 'kubectl run -it --rm shell --image=busybox -- sh'],
    ],
    flags: {
      annotations: 'Annotations of the Pod, as key=value.',
      attach: 'Wait until the container runs and attach to it. Follows --stdin unless it is set.',
      cascade:
        'Must be "background", "orphan", or "foreground": what becomes of objects that depend on the deleted ones.',
      command: 'Take the words behind the name as the command of the container, not as its arguments.',
      env: 'Environment variable, as KEY=VALUE; may be repeated.',
      expose: 'Make a ClusterIP Service for the Pod, too. Needs --port.',
      image: 'Image of the container.',
      'image-pull-policy': 'When to pull the image; empty leaves it to the server.',
      labels: 'Labels of the new object, comma-separated key=value.',
      'leave-stdin-open': 'Keep stdin open after the first attach.',
      'override-type': 'How --overrides are laid over: json, merge, or strategic.',
      overrides: 'JSON to lay over the generated object.',
      port: 'Port of the container.',
      privileged: 'Run the container with all rights.',
      restart: 'Restart policy: Always, OnFailure, or Never.',
      rm: 'Delete the Pod after it has ended. Only with --attach or --stdin.',
    },
  },
};
