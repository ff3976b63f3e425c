// Draws every [data-chart] from the JSON that stands beside it. ECharts is fetched only if needed.

// Okabe and Ito, darkened where needed to stand out from white; safe for colour-blind eyes.
const PALETTE = ["#1f6fb2", "#d55e00", "#009e73", "#b07aa1", "#c99700", "#56a5d8", "#7a5c3e"];
const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const drawn = new Map();
const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => drawn.get(target)?.resize()));

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const write = (value) => (typeof value === "number" ? grouped.format(value) : value ?? "");

function loadLibrary() {
  if (window.echarts) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.getElementById("charts-script").dataset.echarts;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

const asList = (part) => (part === undefined ? [] : Array.isArray(part) ? part : [part]);

function dressAxis(axis) {
  const isValue = axis.type === "value";
  return {
    ...axis,
    ...(isValue && axis.min === undefined ? { min: (range) => Math.min(0, range.min) } : {}),
    axisLine: { show: !isValue, lineStyle: { color: css("--line-strong") }, ...axis.axisLine },
    axisTick: { show: false, ...axis.axisTick },
    axisLabel: { color: css("--quiet"), hideOverlap: true, ...(isValue ? { formatter: write } : {}), ...axis.axisLabel },
    splitLine: { show: isValue, lineStyle: { color: css("--line") }, ...axis.splitLine },
    nameTextStyle: { color: css("--quiet"), ...axis.nameTextStyle },
  };
}

function dressSeries(series) {
  const label = series.label && {
    color: series.type === "map" ? css("--text") : css("--quiet"),
    ...(series.label.formatter ? {} : { formatter: (p) => (series.type === "map" || series.type === "pie" ? p.name : write(p.value)) }),
    ...series.label,
  };
  const own = {
    bar: { barMaxWidth: 28, itemStyle: { borderRadius: 2 } },
    line: { symbolSize: 6, lineStyle: { width: 2 } },
    map: { itemStyle: { areaColor: css("--sunk"), borderColor: css("--line-strong") }, emphasis: { label: { color: css("--text") }, itemStyle: { areaColor: css("--amber-soft") } }, select: { disabled: true } },
  }[series.type];
  const endLabel = series.endLabel && { color: css("--text"), ...series.endLabel };
  return { ...own, ...series, ...(label ? { label } : {}), ...(endLabel ? { endLabel } : {}) };
}

function dress(option) {
  const { title, links, map, ...rest } = option;
  const scales = asList(rest.visualMap).map((scale) => ({
    textStyle: { color: css("--quiet") }, formatter: write, inRange: { color: ["#e8eef4", "#8fb8d9", "#1f6fb2", "#123f66"] },
    outOfRange: { color: css("--sunk") }, itemWidth: 12, left: 0, bottom: 0, ...scale,
  }));
  return {
    color: PALETTE,
    aria: { enabled: true },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: css("--text") },
    grid: { left: 8, right: 12, top: 24, bottom: 8, containLabel: true },
    ...rest,
    // Rich text, drawn on the canvas: an HTML tooltip would need inline styles.
    tooltip: {
      renderMode: "richText", confine: true, valueFormatter: write,
      trigger: rest.xAxis ? "axis" : "item", axisPointer: { type: "shadow" },
      backgroundColor: css("--card"), borderColor: css("--line"), textStyle: { color: css("--text"), fontSize: 14 }, ...rest.tooltip,
    },
    ...(rest.legend ? { legend: { textStyle: { color: css("--quiet") }, icon: "roundRect", itemWidth: 12, itemHeight: 12, ...rest.legend } } : {}),
    ...(rest.xAxis ? { xAxis: asList(rest.xAxis).map(dressAxis) } : {}),
    ...(rest.yAxis ? { yAxis: asList(rest.yAxis).map(dressAxis) } : {}),
    ...(scales.length ? { visualMap: scales } : {}),
    series: asList(rest.series).map(dressSeries),
  };
}

async function draw(box) {
  const option = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  if (option.map) {
    const shapes = await fetch(option.map.url);
    if (!shapes.ok) return;
    window.echarts.registerMap(option.map.name, await shapes.json());
  }
  const chart = drawn.get(box) ?? window.echarts.init(box, null, { renderer: "canvas" });
  drawn.set(box, chart);
  sizes.observe(box);
  chart.setOption(dress(option), true);
  if (!option.links) return;
  chart.off("click");
  chart.on("click", ({ dataIndex, name }) => {
    const href = Array.isArray(option.links) ? option.links[dataIndex] : option.links[name];
    if (href) location.assign(href);
  });
}

async function drawAll(root = document) {
  const boxes = [...root.querySelectorAll("[data-chart]")];
  if (!boxes.length) return;
  await loadLibrary();
  for (const box of boxes) await draw(box);
}

const theme = new MutationObserver(() => drawn.forEach((_chart, box) => draw(box)));
theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize({ animation: { duration: 0 } })));
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
drawAll();
