let value = 0;

export function count() {
  value += 1;
  return value;
}
