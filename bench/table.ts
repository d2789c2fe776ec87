/** The results as a table for the terminal. */
import type { Result } from './measure.ts';

const HEADINGS = ['', 'ours', 'with events', 'peer', 'ratio', 'first floor', ''];

export function table(results: readonly Result[]): string {
  const rows = [HEADINGS, ...results.map(row)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function row(result: Result): string[] {
  const { ours, events } = result.medians;
  const { floor, peer } = result;
  const asked = floor === undefined ? '' : 'ratio' in floor ? `${floor.ratio} ×` : figure(floor.absolute, result.unit);
  return [
    result.title,
    ours === undefined ? '' : figure(ours, result.unit),
    events === undefined ? '' : figure(events, result.unit),
    peer === undefined ? '' : `${figure(peer.figure, '')} (${peer.name})`,
    result.ratio === undefined ? '' : `${result.ratio.toFixed(2)} ×`,
    asked,
    result.reached === undefined ? '' : result.reached ? 'reached' : 'NOT reached',
  ];
}

function figure(value: number, unit: string): string {
  const digits = value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
  return unit === '' ? digits : `${digits} ${unit}`;
}
