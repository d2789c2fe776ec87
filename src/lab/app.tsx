/** The page: what stands where. Each part is a folder of its own. */
export function App() {
  return <main class="page" />;
}
