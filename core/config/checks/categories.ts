import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';
import { noSuchName } from '../words.ts';
import { categoryOf, valueOf } from './targets.ts';

/** Fallbacks that a category cannot have, and probes that would overtake each other. */
export function checkCategories(config: Config): readonly Finding[] {
  return [...checkFallbacks(config), ...checkProbes(config)];
}

function checkFallbacks(config: Config): readonly Finding[] {
  return Object.entries(config.categories).flatMap(([category, { fallback }]): readonly Finding[] => {
    if (!fallback) return [];
    const path = ['categories', category, 'fallback'];
    if ('queue' in fallback) {
      if (category === 'document') return [];
      const message = 'only a call of the category "document" can be taken now and answered later';
      return [{ path: [...path, 'queue'], message }];
    }
    if (!('instance' in fallback)) return [];
    const { instance } = fallback;
    if (!valueOf(config.instances, instance)) {
      const message = noSuchName('instance', instance, Object.keys(config.instances));
      return [{ path: [...path, 'instance'], message }];
    }
    const other = categoryOf(config, instance);
    if (other === undefined || other === category) return [];
    const message = `"${instance}" is of the category "${other}" and cannot stand in for "${category}"`;
    return [{ path: [...path, 'instance'], message }];
  });
}

function checkProbes({ probes }: Config): readonly Finding[] {
  return Object.entries(probes).flatMap(([category, probe]): readonly Finding[] => {
    if (!probe || probe.timeoutMs <= probe.intervalMs) return [];
    const message = `a probe takes no longer than the pause between two: at most interval_ms, which is ${probe.intervalMs}`;
    return [{ path: ['probes', category, 'timeoutMs'], message }];
  });
}
