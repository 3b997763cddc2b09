import { describe, expect, test } from 'vitest';
import { editScript } from './edit-script.ts';
import { goDiff } from './index.ts';

const claim = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  volumeName: 'large',
  storageClassName: 'manual',
  volumeMode: 'Filesystem',
};
const diff = (type: string, before: unknown, after: unknown): string[] => goDiff(type, before, after).split('\n');

describe('differences below refusals', () => {
  test('DIF-1 nothing differs: no text', () => {
    expect(goDiff('core.PersistentVolumeClaimSpec', claim, { ...claim })).toBe('');
  });

  test('DIF-2 a changed field stands between two neighbours on each side, amounts in short', () => {
    expect(diff('core.PersistentVolumeClaimSpec', claim, { ...claim, storageClassName: 'other' })).toEqual([
      '  core.PersistentVolumeClaimSpec{',
      '  \t... // 2 identical fields',
      '  \tResources:        {Requests: {s"storage": {i: {...}, s: "1Gi", Format: "BinarySI"}}},',
      '  \tVolumeName:       "large",',
      '- \tStorageClassName: &"manual",',
      '+ \tStorageClassName: &"other",',
      '  \tVolumeMode:       &"Filesystem",',
      '  \tDataSource:       nil,',
      '  \t... // 2 identical fields',
      '  }',
      '',
    ]);
  });

  test('DIF-3 a change deep inside is shown where it is, long values over several lines', () => {
    const resources = { requests: { storage: '500Mi' } };
    expect(diff('core.PersistentVolumeClaimSpec', claim, { ...claim, resources })).toEqual([
      '  core.PersistentVolumeClaimSpec{',
      '  \tAccessModes: {"ReadWriteOnce"},',
      '  \tSelector:    nil,',
      '  \tResources: core.VolumeResourceRequirements{',
      '  \t\tLimits: nil,',
      '- \t\tRequests: core.ResourceList{',
      '- \t\t\ts"storage": {i: resource.int64Amount{value: 1073741824}, s: "1Gi", Format: "BinarySI"},',
      '- \t\t},',
      '+ \t\tRequests: core.ResourceList{',
      '+ \t\t\ts"storage": {i: resource.int64Amount{value: 524288000}, s: "500Mi", Format: "BinarySI"},',
      '+ \t\t},',
      '  \t},',
      '  \tVolumeName:       "large",',
      '  \tStorageClassName: &"manual",',
      '  \t... // 4 identical fields',
      '  }',
      '',
    ]);
  });

  test('DIF-4 elements of lists that were added or taken out are told from changed ones', () => {
    const named = { name: 'http', containerPort: 80, protocol: 'TCP' };
    const added = { containerPort: 81, protocol: 'TCP' };
    expect(diff('[]core.ContainerPort', [named], [added, named])).toEqual([
      '  []core.ContainerPort{',
      '+ \t{ContainerPort: 81, Protocol: "TCP"},',
      '  \t{Name: "http", ContainerPort: 80, Protocol: "TCP"},',
      '  }',
      '',
    ]);
    const env = [1, 2, 3, 4, 5, 6].map((n) => ({ name: `N${n}`, value: `${n}` }));
    expect(diff('[]core.EnvVar', env, env.toSpliced(1, 1))).toEqual([
      '  []core.EnvVar{',
      '  \t{Name: "N1", Value: "1"},',
      '- \t{Name: "N2", Value: "2"},',
      '  \t{Name: "N3", Value: "3"},',
      '  \t{Name: "N4", Value: "4"},',
      '  \t... // 2 identical elements',
      '  }',
      '',
    ]);
  });

  test('DIF-5 entries of maps stand in the order of their keys', () => {
    expect(diff('map[string]string', { disk: 'ssd', z: '1' }, { disk: 'ssd', q: 'r' })).toEqual([
      '  map[string]string{',
      '  \t"disk": "ssd",',
      '+ \t"q":    "r",',
      '- \t"z":    "1",',
      '  }',
      '',
    ]);
  });

  test('DIF-6 of long texts only the parts that differ are marked', () => {
    const url = (host: string): string => `postgres://user:secret@${host}:5432/production?sslmode=require`;
    expect(diff('core.EnvVar', { name: 'URL', value: url('alpha') }, { name: 'URL', value: url('omega') })).toEqual([
      '  core.EnvVar{',
      '  \tName: "URL",',
      '  \tValue: strings.Join({',
      '  \t\t"postgres://user:secret@",',
      '- \t\t"alph",',
      '+ \t\t"omeg",',
      '  \t\t"a:5432/production?sslmode=require",',
      '  \t}, ""),',
      '  \tValueFrom: nil,',
      '  }',
      '',
    ]);
  });

  test('DIF-9 pointers to selectors are printed by their method, numbers that may be texts as structs', () => {
    const labelSelector = { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] };
    expect(diff('core.PersistentVolumeClaimSpec', { selector: labelSelector }, {})).toContain(
      '- \tSelector:    s"&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[v],},},}",',
    );
    expect(diff('core.HTTPGetAction', { port: 80 }, { port: 'web' })).toEqual([
      '  core.HTTPGetAction{',
      '  \tPath: "",',
      '  \tPort: intstr.IntOrString{',
      '- \t\tType:   0,',
      '+ \t\tType:   1,',
      '- \t\tIntVal: 80,',
      '+ \t\tIntVal: 0,',
      '- \t\tStrVal: "",',
      '+ \t\tStrVal: "web",',
      '  \t},',
      '  \tHost:        "",',
      '  \tScheme:      "",',
      '  \tHTTPHeaders: nil,',
      '  }',
      '',
    ]);
  });

  test('DIF-7 the types are those inside the server', () => {
    const lines = diff('core.PodSecurityContext', { hostNetwork: false }, { hostNetwork: true });
    expect(lines.slice(0, 4)).toEqual([
      '  core.PodSecurityContext{',
      '- \tHostNetwork: false,',
      '+ \tHostNetwork: true,',
      '  \tHostPID:     false,',
    ]);
    expect(
      diff('core.PersistentVolumeSource', { nfs: { server: 'a', path: '/' } }, { nfs: { server: 'b', path: '/' } }),
    ).toEqual([
      '  core.PersistentVolumeSource{',
      '  \t... // 2 identical fields',
      '  \tHostPath:  nil,',
      '  \tGlusterfs: nil,',
      '  \tNFS: &core.NFSVolumeSource{',
      '- \t\tServer:   "a",',
      '+ \t\tServer:   "b",',
      '  \t\tPath:     "/",',
      '  \t\tReadOnly: false,',
      '  \t},',
      '  \tRBD:     nil,',
      '  \tQuobyte: nil,',
      '  \t... // 15 identical fields',
      '  }',
      '',
    ]);
    expect(diff('core.PersistentVolumeSource', { iscsi: { lun: 1 } }, { iscsi: { lun: 2 } }).slice(2, 4)).toEqual([
      '  \tRBD:     nil,',
      '  \tQuobyte: nil,',
    ]);
    expect(diff('core.PersistentVolumeSource', { iscsi: { lun: 1 } }, { iscsi: { lun: 2 } }).slice(-6)).toEqual([
      '  \t},',
      '  \tFlexVolume: nil,',
      '  \tCinder:     nil,',
      '  \t... // 12 identical fields',
      '  }',
      '',
    ]);
  });

  test.each([
    ['', '', ''],
    ['abc', 'abc', '==='],
    ['', 'ab', '++'],
    ['ab', '', '--'],
    ['abcdef', 'abxdef', '==~==='],
    ['bcd', 'abcd', '+==='],
    ['abcd', 'abd', '==-='],
    ['xab', 'aby', '-==+'],
  ])('DIF-8 from %j to %j by %j', (x, y, expected) => {
    const likeness = (i: number, j: number) => (x[i] === y[j] ? { same: 1, different: 0 } : { same: 0, different: 1 });
    let [ix, iy] = [0, 0];
    const marks: string[] = [];
    for (const edit of editScript(x.length, y.length, likeness)) {
      marks.push(edit === 'left' ? '-' : edit === 'right' ? '+' : x[ix] === y[iy] ? '=' : '~');
      if (edit !== 'right') ix += 1;
      if (edit !== 'left') iy += 1;
    }
    expect(marks.join('')).toBe(expected);
    expect([ix, iy]).toEqual([x.length, y.length]);
  });
});
