/** The formats that are read; also the names of the intake's attributes. */
export const FORMAT_NAMES = [
  'otlp-json',
  'otlp-protobuf',
  'jaeger',
  'zipkin',
  'chrome',
  'speedscope',
  'har',
  'openinference',
  'langfuse',
] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** The formats that a run is written in, and the files that they are. */
export const WRITTEN_FILES = {
  'otlp-json': { extension: 'otlp.json', contentType: 'application/json' },
  chrome: { extension: 'trace.json', contentType: 'application/json' },
  speedscope: { extension: 'speedscope.json', contentType: 'application/json' },
  har: { extension: 'har', contentType: 'application/json' },
  html: { extension: 'html', contentType: 'text/html; charset=utf-8' },
} as const;

export type WriterName = keyof typeof WRITTEN_FILES;
export const WRITER_NAMES = Object.keys(WRITTEN_FILES) as [WriterName, ...WriterName[]];
