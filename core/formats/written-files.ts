/** The files that runs are written to, by their format. */
export const WRITTEN_FILES = {
  'otlp-json': { extension: 'otlp.json', contentType: 'application/json' },
  chrome: { extension: 'trace.json', contentType: 'application/json' },
  speedscope: { extension: 'speedscope.json', contentType: 'application/json' },
  har: { extension: 'har', contentType: 'application/json' },
  html: { extension: 'html', contentType: 'text/html; charset=utf-8' },
} as const;

export type WriterName = keyof typeof WRITTEN_FILES;
export const WRITER_NAMES = Object.keys(WRITTEN_FILES) as [WriterName, ...WriterName[]];
