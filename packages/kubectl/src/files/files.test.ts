import { describe, expect, test } from 'vitest';
import { archivePrefix, placeOf } from '../commands/cp/place.ts';
import { memoryFiles } from '../testing/memory-files.ts';
import { glob } from './glob.ts';
import { baseName, clean, dirName, isWithin, join } from './go-path.ts';

describe('paths', () => {
  test('KCT-34 are cleaned, joined and taken apart as Go does', () => {
    expect(['', '.', './a//b/', '/../a', '../../a/../b', 'a/..', '/'].map(clean)).toEqual([
      '.',
      '.',
      'a/b',
      '/a',
      '../../b',
      '.',
      '/',
    ]);
    expect([join('a', '', '../b'), join('', ''), join('.', 'a')]).toEqual(['b', '', 'a']);
    expect(['a', 'a/b', '/a', '/', ''].map(dirName)).toEqual(['.', 'a', '/', '/', '.']);
    expect(['a/b/', '/', '', 'a'].map(baseName)).toEqual(['b', '/', '.', 'a']);
  });

  test('KCT-34 of archives may not leave the directory that they are copied to', () => {
    expect([
      isWithin('out', 'out/a'),
      isWithin('out', 'out'),
      isWithin('.', 'a'),
      isWithin('/', '/a'),
      isWithin('..', '../a'),
    ]).toEqual([true, true, true, true, true]);
    expect([
      isWithin('out', 'outer'),
      isWithin('out', 'a'),
      isWithin('.', '../a'),
      isWithin('..', '../../a'),
      isWithin('..', '..'),
    ]).toEqual([false, false, false, false, true]);
  });

  test('KCT-34 of kubectl cp name a namespace, a Pod and a file; archives of them begin without slashes and ways up', () => {
    expect(placeOf('ns/pod:/a/')).toEqual({ pod: 'pod', namespace: 'ns', path: '/a' });
    expect(placeOf('pod:a\\b')).toEqual({ pod: 'pod', namespace: '', path: 'a/b' });
    expect(placeOf('a/b')).toEqual({ pod: '', namespace: '', path: 'a/b' });
    expect(() => placeOf('a/b/c:d')).toThrow('filespec must match');
    expect(() => placeOf(':d')).toThrow('filespec must match');
    expect(['/a/b', '../../a', '/', '.', '..', '/a/../b', '//a'].map(archivePrefix)).toEqual([
      'a/b',
      'a',
      '',
      '',
      '',
      'b',
      'a',
    ]);
  });

  test('KCT-34 that are patterns stand for what matches them', () => {
    const fs = memoryFiles({ '/work/a1.yaml': '', '/work/a2.yaml': '', '/work/d/x[1].yaml': '', '/work/e/x.yaml': '' });
    expect(glob(fs, 'a?.yaml')).toEqual(['a1.yaml', 'a2.yaml']);
    expect(glob(fs, 'a[^1].yaml')).toEqual(['a2.yaml']);
    expect(glob(fs, 'd/x\\[1].yaml')).toEqual(['d/x[1].yaml']);
    expect(glob(fs, 'd/x[1].yaml')).toEqual([]);
    expect(glob(fs, '[de]/x*')).toEqual(['d/x[1].yaml', 'e/x.yaml']);
    expect(glob(fs, 'a1.yaml')).toEqual(['a1.yaml']);
    expect(glob(fs, 'nosuch')).toEqual([]);
    expect(glob(fs, 'a[.yaml')).toEqual([]);
  });
});
