console.log(require.main === module, process.mainModule === module, process.argv.slice(2).join(' '), process.env.ROLE);
