/** The colours and fonts of a chart, read from the design tokens where it stands, so that themes need no code. */
export interface Palette {
  color(token: string): string;
  font(size: number): string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const mono = style.getPropertyValue('--mono');
  return {
    color: (token) => style.getPropertyValue(`--${token}`).trim(),
    font: (size) => `${size}px ${mono}`,
  };
}
