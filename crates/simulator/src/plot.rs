//! Pictures of runs.

use plotters::prelude::*;

use crate::report::{Minute, Report};
use crate::scaler::MAX;
use crate::time::{float, seconds};

const SIZE: (u32, u32) = (900, 720);

/// Points of a line: more are not told apart at this size, and make the file large.
const POINTS: usize = 360;

/// Why a picture cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture cannot be drawn: {0}")]
pub struct PlotError(String);

/// One of the four pictures: what it shows of a minute, and how minutes become one point.
struct Panel {
    title: &'static str,
    of: fn(&Minute) -> f64,
    color: RGBColor,
    /// A level to compare with.
    mark: Option<f64>,
}

const PANELS: [Panel; 4] = [
    Panel {
        title: "arrivals per minute",
        of: |minute| float(minute.arrivals),
        color: RGBColor(90, 90, 90),
        mark: None,
    },
    Panel {
        title: "jobs that wait, as a power of ten",
        of: |minute| float(minute.backlog + 1).log10(),
        color: RGBColor(31, 90, 160),
        mark: None,
    },
    Panel {
        title: "longest wait in seconds, and the target",
        of: |minute| seconds(minute.wait_ms),
        color: RGBColor(180, 60, 30),
        mark: Some(120.0),
    },
    Panel {
        title: "workers",
        of: |minute| f64::from(minute.workers),
        color: RGBColor(30, 120, 60),
        mark: None,
    },
];

/// Arrivals, backlog, wait and workers of the first run, one below the other, as SVG.
///
/// # Errors
/// When the library refuses, which it does for no report that the simulator makes.
pub fn svg(title: &str, report: &Report) -> Result<String, PlotError> {
    let mut text = String::new();
    draw(&mut text, title, report).map_err(|error| PlotError(error.to_string()))?;
    Ok(text)
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(text: &mut String, title: &str, report: &Report) -> Drawn {
    let root = SVGBackend::with_string(text, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(title, ("sans-serif", 20))?;
    for (area, panel) in root.split_evenly((PANELS.len(), 1)).iter().zip(&PANELS) {
        panel.draw(area, report)?;
    }
    root.present()?;
    Ok(())
}

impl Panel {
    fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, plotters::coord::Shift>,
        report: &Report,
    ) -> Drawn
    where
        DB::ErrorType: 'static,
    {
        let points = self.points(report);
        let highest = points
            .iter()
            .map(|(_, value)| *value)
            .fold(f64::from(MAX.get()), f64::max);
        let hours = report.hours();
        let mut chart = ChartBuilder::on(area)
            .margin_right(12)
            .x_label_area_size(22)
            .y_label_area_size(48)
            .caption(self.title, ("sans-serif", 13))
            .build_cartesian_2d(0.0..hours, 0.0..highest * 1.05)?;
        chart
            .configure_mesh()
            .disable_mesh()
            .x_labels(13)
            .y_labels(5)
            .x_label_formatter(&|hour| format!("{hour:.1} h").replace(".0", ""))
            .label_style(("sans-serif", 11))
            .draw()?;
        if let Some(mark) = self.mark {
            chart.draw_series(LineSeries::new([(0.0, mark), (hours, mark)], &BLACK))?;
        }
        chart.draw_series(LineSeries::new(points, &self.color))?;
        Ok(())
    }

    /// The greatest of each so many minutes, by the hour in which they begin.
    fn points(&self, report: &Report) -> Vec<(f64, f64)> {
        let each = report.minutes.len().div_ceil(POINTS).max(1);
        let chunks = report.minutes.chunks(each).enumerate();
        let point = |(number, minutes): (usize, &[Minute])| {
            let hour = float(u64::try_from(number * each).unwrap_or(0)) / 60.0;
            let value = minutes.iter().map(self.of).fold(0.0, f64::max);
            (hour, value)
        };
        chunks
            .map(point)
            .filter(|(hour, _)| *hour <= report.hours())
            .collect()
    }
}
